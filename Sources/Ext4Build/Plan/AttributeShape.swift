internal import HostSystem
internal import SourceTree

/// Where the extended attributes of one file go: into the tail of its inode, and what does not fit
/// there into one block (fs/ext4/xattr.h).
struct AttributeShape: Sendable {
    /// One attribute in the form it has on disk.
    struct Item: Sendable {
        /// `EXT4_XATTR_INDEX_*`: the prefix of the name.
        let nameIndex: UInt8
        /// The name without that prefix.
        let name: [UInt8]
        let value: [UInt8]

        /// `EXT4_XATTR_LEN` and `EXT4_XATTR_SIZE`: both are padded to 4.
        var entrySize: Int { (16 + name.count + 3) & ~3 }
        var valueSize: Int { (value.count + 3) & ~3 }
    }

    let inInode: [Item]
    let inBlock: [Item]

    /// What a reader finds: whole names, in the order of their bytes, with the values as they lie on disk.
    var listed: [(name: [UInt8], value: [UInt8])] {
        (inInode + inBlock).map { (Self.prefix(ofIndex: $0.nameIndex) + $0.name, $0.value) }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }
    }

    /// What the inode has behind its fields: 256 less 128 and the 32 of `i_extra_isize`.
    static let inodeSpace = 256 - 128 - 32
    /// `EXT4_XATTR_MAGIC` before the entries in an inode, and the zero that ends every list.
    static let inodeHeaderSize = 4
    static let blockHeaderSize = 32
    static let terminatorSize = 4

    /// The prefixes of the kernel's `ext4_xattr_handler_map` and their `EXT4_XATTR_INDEX_*`.
    private static let prefixes: [(prefix: String, index: UInt8)] = [
        ("user.", 1), ("trusted.", 4), ("security.", 6),
    ]
    private static let accessControlLists: [(prefix: String, index: UInt8)] = [
        ("system.posix_acl_access", 2), ("system.posix_acl_default", 3),
    ]

    init(_ attributes: [ExtendedAttribute], path: EscapedName) throws(PlanError) {
        var items: [Item] = []
        for attribute in attributes { items.append(try Self.item(attribute, path)) }
        // The order the kernel keeps in a block: index, then length, then bytes of the name.
        items.sort { left, right in
            if left.nameIndex != right.nameIndex { return left.nameIndex < right.nameIndex }
            if left.name.count != right.name.count { return left.name.count < right.name.count }
            return left.name.lexicographicallyPrecedes(right.name)
        }
        var inInode: [Item] = []
        var inBlock: [Item] = []
        var inodeFill = Self.inodeHeaderSize + Self.terminatorSize
        var blockFill = Self.blockHeaderSize + Self.terminatorSize
        for item in items {
            let size = item.entrySize + item.valueSize
            if inodeFill + size <= Self.inodeSpace {
                inodeFill += size
                inInode.append(item)
            } else {
                blockFill += size
                inBlock.append(item)
            }
        }
        let blockSize = Int(Geometry.blockSize)
        guard inBlock.isEmpty || blockFill <= blockSize else {
            throw .attributesTooLarge(
                path: path, needed: inodeFill + blockFill, available: Self.inodeSpace + blockSize)
        }
        self.inInode = inInode
        self.inBlock = inBlock
    }

    private static func prefix(ofIndex index: UInt8) -> [UInt8] {
        Array(
            (prefixes + accessControlLists).first { $0.index == index }.map(\.prefix.utf8)
                ?? "".utf8)
    }

    private static func item(
        _ attribute: ExtendedAttribute, _ path: EscapedName
    ) throws(PlanError) -> Item {
        for (name, index) in accessControlLists where attribute.name.elementsEqual(name.utf8) {
            guard let list = Ext4ACL(attribute: attribute.value) else { continue }
            return Item(nameIndex: index, name: [], value: list.diskBytes)
        }
        for (prefix, index) in prefixes where attribute.name.starts(with: prefix.utf8) {
            let name = Array(attribute.name.dropFirst(prefix.utf8.count))
            guard !name.isEmpty, name.count <= 255 else { continue }
            return Item(nameIndex: index, name: name, value: attribute.value)
        }
        throw .attributeName(
            path: path, name: EscapedName(attribute.name),
            reason: "is not one that ext4 can store")
    }
}

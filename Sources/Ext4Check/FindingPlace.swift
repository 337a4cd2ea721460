/// Where in a file system a finding lies; parts that do not apply are nil.
public struct FindingPlace: Hashable, Sendable {
    /// The block group.
    public var group: UInt32?
    /// The inode.
    public var inode: UInt32?
    /// The block of the file system; for a directory block, the one it lies in.
    public var block: UInt64?
    /// The block of the file or directory, counted from its start.
    public var fileBlock: UInt64?
    /// Bytes from the start of the block or structure.
    public var offset: Int?
    /// The field, as the kernel names it.
    public var field: String?
    /// The path of the inode, escaped, where one is known.
    public var path: String?

    /// The file system as a whole.
    public static var fileSystem: Self { Self() }

    /// A field of the superblock.
    public static func superblock(_ field: String? = nil) -> Self {
        Self(block: nil, field: field ?? "superblock")
    }

    /// A block group, or a field of its descriptor.
    public static func group(_ group: Int, block: UInt64? = nil, field: String? = nil) -> Self {
        Self(group: UInt32(truncatingIfNeeded: group), block: block, field: field)
    }

    /// An inode, or a field of it, or a block that belongs to it.
    public static func inode(
        _ inode: UInt32, block: UInt64? = nil, fileBlock: UInt64? = nil, offset: Int? = nil,
        field: String? = nil
    ) -> Self {
        Self(inode: inode, block: block, fileBlock: fileBlock, offset: offset, field: field)
    }

    /// A block of the file system.
    public static func block(_ block: UInt64, offset: Int? = nil) -> Self {
        Self(block: block, offset: offset)
    }

    /// - Parameters:
    ///   - group: the block group.
    ///   - inode: the inode.
    ///   - block: the block of the file system.
    ///   - fileBlock: the block of the file.
    ///   - offset: bytes from the start of the block or structure.
    ///   - field: the field, as the kernel names it.
    public init(
        group: UInt32? = nil, inode: UInt32? = nil, block: UInt64? = nil, fileBlock: UInt64? = nil,
        offset: Int? = nil, field: String? = nil
    ) {
        self.group = group
        self.inode = inode
        self.block = block
        self.fileBlock = fileBlock
        self.offset = offset
        self.field = field
    }
}

extension FindingPlace: CustomStringConvertible {
    /// The parts that apply, widest first: "group 3", "inode 12 /etc/hostname, block 8193".
    public var description: String {
        var parts: [String] = []
        if let group { parts.append("group \(group)") }
        if let inode { parts.append("inode \(inode)" + (path.map { " \($0)" } ?? "")) }
        if let field { parts.append(field) }
        if let block { parts.append("block \(block)") }
        if let fileBlock { parts.append("file block \(fileBlock)") }
        if let offset { parts.append("offset \(offset)") }
        return parts.isEmpty ? "file system" : parts.joined(separator: ", ")
    }
}

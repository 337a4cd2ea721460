import Ext4Image
import Ext4Layout
import ImageBytes
import Synchronization

/// Writes the extended attributes of an inode, sorted by name: short values in base64, long ones as
/// the root over them, so that no line grows without bound.
final class XattrFacts: Sendable {
    /// Values of more bytes than this are written as a root.
    static let plainValueLimit = 1024

    private let image: Ext4Image
    private let contents: ContentDigest
    /// The roots of values that have an inode of their own. Many inodes may share one, and its
    /// blocks must be counted once: so it is computed under the lock.
    private let shared = Mutex<[UInt32: SHA256Digest]>([:])

    init(image: Ext4Image, contents: ContentDigest) {
        self.image = image
        self.contents = contents
    }

    /// Adds ` xattr.NAME=VALUE` for each attribute but inline data.
    func append(of inode: borrowing Inode, to text: inout [UInt8]) throws(TreeError.Reason) {
        var found: [(name: [UInt8], value: [UInt8])] = []
        var failure: TreeError.Reason?
        image.forEachXattr(of: inode) { _, entry, area, local in
            let prefix = entry.prefix ?? "\(entry.nameIndex)."
            let name = Array(prefix.utf8) + area.copy(entry.nameRange)
            if name == Self.inlineData { return true }
            do throws(TreeError.Reason) {
                found.append((name, try value(of: entry, in: area, local?.copy())))
            } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
        for attribute in found.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
            text += " xattr.".utf8
            Self.append(name: attribute.name, to: &text)
            text.append(UInt8(ascii: "="))
            text += attribute.value
        }
    }

    /// Adds a name.
    static func append(name: some Collection<UInt8>, to text: inout [UInt8]) {
        for byte in name {
            // A sign that ends the name must not stand in it.
            if byte == UInt8(ascii: "=") {
                text += "\\x3d".utf8
            } else {
                ASCIIEscape.append(CollectionOfOne(byte), to: &text)
            }
        }
    }

    /// A value that is at hand, as it is written.
    static func fact(of value: [UInt8]) -> [UInt8] {
        value.count <= plainValueLimit
            ? Array(Base64.encode(value).utf8) : Array("root:\(root(of: value))".utf8)
    }

    private static let inlineData = Array("system.data".utf8)

    private func value(
        of entry: XattrEntry, in area: ImageSlice, _ local: [UInt8]?
    ) throws(TreeError.Reason) -> [UInt8] {
        if let local { return Self.fact(of: local) }
        let holder = entry.valueInode
        guard holder != 0, let size = size(ofHolder: holder) else {
            throw .format(
                FormatError(
                    "e_value_inum", at: area.origin + UInt64(entry.offset),
                    .outside(value: UInt64(holder), limit: UInt64(image.geometry.inodeCount))))
        }
        if size > UInt64(Self.plainValueLimit) {
            return Array("root:\(try sharedRoot(ofHolder: holder))".utf8)
        }
        let image = image
        guard let inode = image.inode(holder) else { throw .missingInode(holder) }
        do {
            let bytes = try image.content(of: inode, limit: Self.plainValueLimit)
            return Array(Base64.encode(bytes).utf8)
        } catch { throw .format(error) }
    }

    /// The size of the value that an inode holds; nil where it is no such inode.
    private func size(ofHolder number: UInt32) -> UInt64? {
        let image = image
        guard let inode = image.inode(number), inode.flags.contains(.xattrInode) else { return nil }
        return inode.size
    }

    private func sharedRoot(ofHolder number: UInt32) throws(TreeError.Reason) -> SHA256Digest {
        try shared.withLock { roots throws(TreeError.Reason) in
            if let known = roots[number] { return known }
            let root = try self.root(ofHolder: number)
            roots[number] = root
            return root
        }
    }

    private func root(ofHolder number: UInt32) throws(TreeError.Reason) -> SHA256Digest {
        let image = image
        guard let inode = image.inode(number) else { throw .missingInode(number) }
        do { return try contents.digest(of: inode) } catch {
            switch error {
            case .format(let error): throw .format(error)
            case .blocksTwice: throw .blocksTwice
            }
        }
    }

    /// The root over a value in memory.
    private static func root(of value: [UInt8]) -> SHA256Digest {
        var collector = LeafCollector(tree: VerityTree(byteCount: UInt64(value.count)))
        let size = VerityTree.blockByteCount
        for start in stride(from: 0, to: value.count, by: size) {
            let page = Array(value[start..<min(start + size, value.count)])
            collector.add(bytes: ImageSlice(page.rawSpan), at: UInt64(start))
        }
        return collector.root()
    }
}

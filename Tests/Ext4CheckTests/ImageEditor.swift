import Ext4Image
import Ext4Layout
import ImageBytes
import SystemPackage

/// Writes numbers into an image, where they are not covered by checksums.
struct ImageEditor {
    let image: Ext4Image
    private let path: FilePath

    init(_ path: FilePath) throws {
        self.path = path
        image = try Ext4Image(MappedImage(path: path))
    }

    var superblock: Superblock { image.superblock }

    private struct Missing: Error {}

    func write(_ words: [UInt32], atBlock block: UInt64) throws {
        try write(words, at: Int64(block) * Int64(image.geometry.blockSize))
    }

    func write(_ words: [UInt32], inInode number: UInt32, at offset: Int) throws {
        guard let inode = image.inode(number) else { throw Missing() }
        try write(words, at: Int64(inode.slice.origin) + Int64(offset))
    }

    /// Where the first extent of an inode lies.
    func firstBlock(ofInode number: UInt32) throws -> UInt32 {
        guard let inode = image.inode(number) else { throw Missing() }
        let map = Inode.Fields.block.offset
        let node = ExtentNode(inode.slice.slice(map..<map + Inode.Fields.block.count))
        return UInt32(truncatingIfNeeded: node.leaf(0).physical)
    }

    /// Makes extents the map of an inode: each with its first block in the file and in the file
    /// system. They are written to a block, or where none is given into the inode, which takes four.
    func setMap(
        ofInode number: UInt32, _ extents: [(first: UInt32, block: UInt32, count: Int)],
        nodeAt node: UInt32? = nil
    ) throws {
        let map = Inode.Fields.block.offset
        let capacity = node == nil ? 4 : (image.geometry.blockSize - 12) / 12
        let leaf =
            Self.header(count: extents.count, capacity: capacity, depth: 0)
            + extents.flatMap { [$0.first, UInt32($0.count), $0.block] }
        if let node {
            try write(leaf, atBlock: UInt64(node))
            let root = Self.header(count: 1, capacity: 4, depth: 1) + [0, node, 0]
            try write(root, inInode: number, at: map)
        } else {
            try write(leaf, inInode: number, at: map)
        }
    }

    private static func header(count: Int, capacity: Int, depth: UInt32) -> [UInt32] {
        [0xF30A | UInt32(count) << 16, UInt32(capacity) | depth << 16, 0]
    }

    private func write(_ words: [UInt32], at offset: Int64) throws {
        let bytes = words.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
        let file = try FileDescriptor.open(path, .writeOnly)
        defer { try? file.close() }
        try file.writeAll(toAbsoluteOffset: offset, bytes)
    }
}

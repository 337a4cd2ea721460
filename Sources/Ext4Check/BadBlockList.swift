import Ext4Layout
import ImageBytes

/// The blocks that inode 1 lists as bad, and those that hold the list.
struct BadBlockList {
    /// How many blocks of a list are looked at; a block that holds a part of the list counts as
    /// many as its zeros cost.
    static let limit = 1 << 20

    private let volume: Volume
    private let record: InodeRecord

    init(_ volume: Volume, _ record: InodeRecord) {
        self.volume = volume
        self.record = record
    }

    /// The list of a file system; nil where inode 1 cannot be read.
    static func of(_ volume: Volume) -> BadBlockList? {
        guard let offset = volume.offset(ofInode: InodeNumber.badBlocks) else { return nil }
        let image = volume.image
        let record = InodeRecord(
            image.slice, number: InodeNumber.badBlocks, offset: offset,
            inodeSize: volume.inodeSize)
        return BadBlockList(volume, record)
    }

    /// Calls the body for every block on the list, valid or not, and for those that hold it.
    ///
    /// - Returns: false where the list is longer than ``limit``.
    @discardableResult
    func forEach(
        _ disk: ImageSlice, _ body: (_ block: UInt64, _ holdsList: Bool) -> Void
    ) -> Bool {
        var left = Self.limit
        if record.flags.contains(.extents), volume.incompatible.contains(.extents) {
            forEachExtent(disk, &left, body)
            return left > 0
        }
        // The block of the Hurd's translator counts as one that holds the list.
        if volume.isFromHurd, record.version != 0 { body(UInt64(record.version), true) }
        for index in 0..<12 { visit(disk, UInt64(record.mapWord(disk, index)), 0, &left, body) }
        for level in 1...3 {
            visit(disk, UInt64(record.mapWord(disk, 11 + level)), level, &left, body)
        }
        return left > 0
    }

    private func visit(
        _ disk: ImageSlice, _ block: UInt64, _ level: Int, _ left: inout Int,
        _ body: (UInt64, Bool) -> Void
    ) {
        guard block != 0, left > 0 else { return }
        left -= level > 0 ? volume.blockSize / 64 : 1
        body(block, level > 0)
        guard level > 0, volume.isValid(block), let offset = volume.offset(ofBlock: block) else {
            return
        }
        for index in 0..<volume.blockSize / 4 where left > 0 {
            let next = disk[Field<UInt32>("i_block", at: 0), from: offset + 4 * index]
            visit(disk, UInt64(next), level - 1, &left, body)
        }
    }

    private func forEachExtent(
        _ disk: ImageSlice, _ left: inout Int, _ body: (UInt64, Bool) -> Void
    ) {
        let node = ExtentNode(disk.slice(record.mapRange))
        guard node.isSound, node.header.depth == 0 else { return }
        for index in 0..<node.entryCount {
            let leaf = node.leaf(index)
            for step in 0..<UInt64(leaf.length) where left > 0 {
                left -= 1
                body(leaf.physical &+ step, false)
            }
        }
    }
}

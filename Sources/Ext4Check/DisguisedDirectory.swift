import Ext4Layout
import ImageBytes

/// Whether an inode with another mode is really a directory (`check_is_really_dir`).
struct DisguisedDirectory {
    private let volume: Volume
    private let record: InodeRecord
    private let metadata: MetadataBlocks

    init(_ volume: Volume, _ record: InodeRecord, _ metadata: MetadataBlocks) {
        self.volume = volume
        self.record = record
        self.metadata = metadata
    }

    /// Whether its first block starts with `.` and `..`.
    func isOne(_ disk: ImageSlice) -> Bool {
        switch record.kind {
        case .directory, .regular, .symlink: return false
        default: break
        }
        guard record.mapWord(disk, 0) != 0 else { return false }
        if volume.incompatible.contains(.inlineData), record.flags.contains(.inlineData) {
            return isInlineDirectory(disk)
        }
        guard let block = firstBlock(disk), let offset = volume.offset(ofBlock: block) else {
            return false
        }
        return startsWithDots(disk.slice(offset..<offset + volume.blockSize))
    }

    private func firstBlock(_ disk: ImageSlice) -> UInt64? {
        if volume.incompatible.contains(.extents), record.flags.contains(.extents) {
            let node = ExtentNode(disk.slice(record.mapRange))
            guard node.isSound, node.header.depth == 0, node.entryCount > 0 else { return nil }
            let leaf = node.leaf(0)
            return leaf.logical == 0 ? leaf.physical : nil
        }
        var isDevice = true
        for index in 0..<15 {
            let block = UInt64(record.mapWord(disk, index))
            guard block != 0 else { continue }
            if index >= 4 { isDevice = false }
            if !volume.isValid(block) || metadata.contains(block) { return nil }
        }
        let mayBeDevice = record.kind == .characterDevice || record.kind == .blockDevice
        if mayBeDevice, record.links == 1, isDevice { return nil }
        return UInt64(record.mapWord(disk, 0))
    }

    private func startsWithDots(_ block: ImageSlice) -> Bool {
        let size = volume.blockSize
        guard let dot = DirectoryEntry(in: block, at: 0, blockSize: size),
            dot.nameLength == 1, block[byte: dot.nameRange.lowerBound] == 0x2E,
            dot.inode == record.number, dot.recordLength >= 12, dot.recordLength % 4 == 0,
            dot.recordLength < size - 12,
            let dots = DirectoryEntry(in: block, at: dot.recordLength, blockSize: size)
        else { return false }
        return dots.nameLength == 2 && block[byte: dots.nameRange.lowerBound] == 0x2E
            && block[byte: dots.nameRange.lowerBound + 1] == 0x2E
            && dots.recordLength >= 12 && dots.recordLength % 4 == 0
    }

    private func isInlineDirectory(_ disk: ImageSlice) -> Bool {
        guard case .found(let value) = XattrReader(volume: volume).inlineData(disk, record),
            (60 + value.count) & 3 == 0
        else { return false }
        let parent = record.mapWord(disk, 0)
        let area = disk.slice(record.mapRange)
        guard let entry = DirectoryEntry(in: area, at: 4, blockSize: volume.blockSize) else {
            return false
        }
        func mayBe(_ inode: UInt32, _ exception: UInt32) -> Bool {
            inode < volume.inodeCount && (inode >= volume.firstInode || inode == exception)
        }
        return mayBe(parent, InodeNumber.root) && mayBe(entry.inode, 0)
            && entry.recordLength <= 56
    }
}

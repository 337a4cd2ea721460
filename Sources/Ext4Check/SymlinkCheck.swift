import Ext4Layout
import ImageBytes

/// Whether a symbolic link is sound (`e2fsck_pass1_check_symlink`).
struct SymlinkCheck {
    private let volume: Volume
    private let record: InodeRecord

    init(_ volume: Volume, _ record: InodeRecord) {
        self.volume = volume
        self.record = record
    }

    /// Whether its target has the length that its size says, in a place where it may be.
    func isSound(_ disk: ImageSlice) -> Bool {
        guard record.sizeHigh == 0, record.size > 0, !record.flags.contains(.indexed) else {
            return false
        }
        if record.flags.contains(.inlineData) { return isSoundInline(disk) }
        let start: Int
        let room: Int
        if record.isFastSymlink {
            guard !record.flags.contains(.extents) else { return false }
            (start, room) = (record.mapOffset, 60)
        } else {
            guard let block = targetBlock(disk), volume.isValid(block),
                let offset = volume.offset(ofBlock: block)
            else { return false }
            (start, room) = (offset, volume.blockSize)
        }
        let length =
            record.flags.contains(.encrypted)
            ? Int(disk[Field<UInt16>("len", at: 0), from: start]) + 2
            : (0..<room).first { disk[byte: start + $0] == 0 } ?? room
        return length < room && UInt64(length) == record.size
    }

    private func isSoundInline(_ disk: ImageSlice) -> Bool {
        guard !record.flags.contains(.extents),
            case .found(let value) = XattrReader(volume: volume).inlineData(disk, record)
        else { return false }
        return record.size == UInt64(60 + value.count)
    }

    /// The one block of a long link.
    private func targetBlock(_ disk: ImageSlice) -> UInt64? {
        guard record.flags.contains(.extents) else {
            guard (1..<15).allSatisfy({ record.mapWord(disk, $0) == 0 }) else { return nil }
            return UInt64(record.mapWord(disk, 0))
        }
        let node = ExtentNode(disk.slice(record.mapRange))
        guard node.isSound, node.entryCount == 1, node.header.depth == 0 else { return nil }
        let leaf = node.leaf(0)
        return leaf.logical == 0 && leaf.length == 1 ? leaf.physical : nil
    }
}

import Ext4Layout
import ImageBytes

/// Reads an inode's attributes as libext2fs does for its own use (`ext2fs_xattrs_read_inode`): all
/// of them must be sound, or none is read.
struct XattrReader {
    let volume: Volume

    /// The value of one attribute.
    enum Answer {
        /// The bytes of the image that hold it.
        case found(Range<Int>)
        /// All attributes are sound, and it is not among them.
        case missing
        /// The value lies in an inode of its own.
        case elsewhere
        /// Some attribute of the inode is not sound.
        case broken
    }

    /// `system.data`: what does not fit in the inode's `i_block`.
    func inlineData(_ disk: ImageSlice, _ record: InodeRecord) -> Answer {
        find(disk, record, index: 7, name: "data")
    }

    /// The encryption context.
    func encryption(_ disk: ImageSlice, _ record: InodeRecord) -> Answer {
        find(disk, record, index: 9, name: "c")
    }

    private func find(
        _ disk: ImageSlice, _ record: InodeRecord, index: UInt8, name: StaticString
    ) -> Answer {
        guard
            volume.compatible.contains(.extendedAttributes)
                || volume.incompatible.contains(.inlineData)
        else { return .broken }
        var answer = Answer.missing
        let room = volume.inodeSize - 128 - record.extraSize
        if volume.inodeSize > 128, record.extraSize >= 2, room > 4 {
            if record.extraSize & 3 != 0 { return .broken }
            let header = record.offset + 128 + record.extraSize
            if disk[XattrHeader.Fields.magic, from: header] == XattrHeader.magic {
                let area = XattrArea(disk.slice(header + 4..<header + room), firstEntry: 0)
                guard read(disk, record, area, index, name, &answer) else { return .broken }
            }
        }
        let block = record.attributeBlock(wide: volume.incompatible.contains(.wideBlocks))
        guard block != 0 else { return answer }
        guard volume.isValid(block), let offset = volume.offset(ofBlock: block) else {
            return .broken
        }
        let slice = disk.slice(offset..<offset + volume.blockSize)
        guard slice[XattrHeader.Fields.magic] == XattrHeader.magic,
            slice[XattrHeader.Fields.blocks] == 1,
            volume.attributeBlockChecksumFits(slice, block: block)
        else { return .broken }
        let area = XattrArea(slice, firstEntry: XattrHeader.byteCount)
        return read(disk, record, area, index, name, &answer) ? answer : .broken
    }

    /// Goes through one area; returns false where it is not sound (`read_xattrs_from_buffer`).
    private func read(
        _ disk: ImageSlice, _ record: InodeRecord, _ area: borrowing XattrArea, _ index: UInt8,
        _ name: StaticString, _ answer: inout Answer
    ) -> Bool {
        var place = area.firstEntry
        var entries: [XattrEntry] = []
        while let entry = area.entry(at: place) {
            guard entry.nameRange.upperBound <= area.slice.count, entry.next <= area.slice.count
            else { return false }
            entries.append(entry)
            place = entry.next
        }
        var left = area.slice.count - area.firstEntry
        for entry in entries {
            left -= entry.next - entry.offset
            guard isSound(disk, record, area, entry, end: place, &left) else { return false }
            if case .missing = answer, area.isNamed(entry, index, name) {
                let start = Int(area.slice.origin - disk.origin) + entry.valueOffset
                answer =
                    entry.valueInode != 0
                    ? .elsewhere : .found(start..<start + Int(entry.valueSize))
            }
        }
        return true
    }

    private func isSound(
        _ disk: ImageSlice, _ record: InodeRecord, _ area: borrowing XattrArea,
        _ entry: XattrEntry, end: Int, _ left: inout Int
    ) -> Bool {
        let size = Int(entry.valueSize)
        guard entry.valueInode == 0 else {
            return volume.incompatible.contains(.xattrInodes)
                && valueInodeIsSound(disk, record, area, entry)
        }
        guard size <= left, entry.valueOffset + size <= area.slice.count else { return false }
        if size > 0, entry.valueOffset < end + 4 { return false }
        left -= size
        return entry.hash == 0 || area.hashFits(entry)
    }

    private func valueInodeIsSound(
        _ disk: ImageSlice, _ record: InodeRecord, _ area: borrowing XattrArea, _ entry: XattrEntry
    ) -> Bool {
        guard entry.valueOffset == 0, entry.valueSize <= 65536,
            let offset = volume.offset(ofInode: entry.valueInode)
        else { return false }
        let value = InodeRecord(
            disk, number: entry.valueInode, offset: offset, inodeSize: volume.inodeSize)
        guard value.flags.contains(.xattrInode), !value.flags.contains(.inlineData),
            value.links > 0, value.size == UInt64(entry.valueSize)
        else { return false }
        return entry.hash == 0 || area.hashFits(entry, inodeHash: value.accessTime)
            || (value.modificationTime == record.number && value.generation == record.generation)
    }
}

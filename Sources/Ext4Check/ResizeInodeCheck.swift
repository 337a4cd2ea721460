import Ext4Layout
import ImageBytes

/// The inode that keeps the blocks into which the group descriptors can grow (e2fsck's
/// `check_resize_inode`).
struct ResizeInodeCheck {
    let volume: Volume

    /// Checks it.
    func run(_ log: inout FindingLog) {
        let image = volume.image
        let disk = image.slice
        guard let offset = volume.offset(ofInode: InodeNumber.resize) else { return }
        let record = InodeRecord(
            disk, number: InodeNumber.resize, offset: offset, inodeSize: volume.inodeSize)
        // A checksum that does not fit is a finding of its own, and nothing else then counts.
        guard volume.inodeChecksumFits(disk, record) else { return }
        let words = (0..<15).map { record.mapWord(disk, $0) }
        guard volume.compatible.contains(.resizeInode) else {
            if words.contains(where: { $0 != 0 }) {
                add(nil, "not in use, but has blocks", &log)
            }
            return
        }
        if volume.incompatible.contains(.metaBlockGroups) { return }
        let isAlone = words.enumerated().allSatisfy { $0 == 13 || $1 == 0 }
        guard isAlone, record.links > 0, record.mode & 0x8000 != 0,
            volume.isValid(UInt64(words[13])),
            let start = volume.offset(ofBlock: UInt64(words[13]))
        else {
            add(nil, "is not a file with nothing but a double indirect block", &log)
            return
        }
        checkBlocks(disk, start, &log)
    }

    private func add(_ block: UInt64?, _ message: String, _ log: inout FindingLog) {
        log.add(.resizeInode, at: .inode(InodeNumber.resize, block: block), message)
    }

    private func word(_ disk: ImageSlice, _ offset: Int, _ index: Int) -> UInt64 {
        UInt64(disk[Field<UInt32>("i_block", at: 0), from: offset + 4 * index])
    }

    /// Each reserved block of the first group lists its copies in the groups that have one.
    private func checkBlocks(_ disk: ImageSlice, _ start: Int, _ log: inout FindingLog) {
        let geometry = volume.geometry
        let words = volume.blockSize / 4
        let isShifted = volume.blockSize == 1024 && volume.firstBlock == 0
        let first =
            volume.firstBlock + 1 + UInt64(geometry.descriptorBlocks) + (isShifted ? 1 : 0)
        let backups = (1..<max(1, geometry.groupCount)).filter {
            volume.superblock.hasBackup(inGroup: $0)
        }
        // e2fsck looks at a quarter of them.
        let reserved = Int(volume.superblock[Superblock.Fields.reservedDescriptorBlocks]) / 4
        for step in 0..<reserved {
            let expected = first + UInt64(step)
            let found = word(disk, start, (geometry.descriptorBlocks + step) % words)
            guard found == expected, let list = volume.offset(ofBlock: expected) else {
                add(found, "names block \(found) where \(expected) is reserved", &log)
                return
            }
            for (index, group) in backups.enumerated() {
                let copy = expected &+ UInt64(group) * geometry.blocksPerGroup
                let listed = index < words ? word(disk, list, index) : 0
                if listed != copy {
                    add(expected, "lists block \(listed) where \(copy) is reserved", &log)
                    return
                }
            }
        }
    }
}

import Ext4Layout
import ImageBytes

/// Says what is wrong with an inode whose fields cannot be as they are, once an entry refers to it
/// (`e2fsck_process_bad_inode`).
struct BadInodeCheck {
    let volume: Volume

    /// Checks the fields of an inode.
    func run(_ number: UInt32, _ log: inout FindingLog) {
        guard let offset = volume.offset(ofInode: number) else { return }
        let image = volume.image
        let disk = image.slice
        let record = InodeRecord(
            disk, number: number, offset: offset, inodeSize: volume.inodeSize)
        checkKind(disk, record, &log)
        checkHighHalves(record, &log)
        let isWide = volume.incompatible.contains(.wideBlocks)
        let block = record.attributeBlock(wide: isWide)
        guard block != 0 else { return }
        if !volume.compatible.contains(.extendedAttributes) {
            add(record, "i_file_acl", "is \(block), without the feature", &log)
        } else if !volume.isValid(block) {
            add(record, "i_file_acl", "is \(block), outside the file system", &log)
        }
    }

    private func add(
        _ record: InodeRecord, _ field: String, _ message: String, _ log: inout FindingLog
    ) {
        log.add(.inodeField, at: .inode(record.number, field: field), message)
    }

    private func checkKind(_ disk: ImageSlice, _ record: InodeRecord, _ log: inout FindingLog) {
        switch record.kind {
        case nil:
            add(record, "i_mode", "is 0\(String(record.mode, radix: 8)), of no type", &log)
        case .symlink:
            if !SymlinkCheck(volume, record).isSound(disk) {
                add(record, "i_size", "the symbolic link's target has another length", &log)
            }
        case .directory, .regular: break
        default:
            if !record.isSoundDevice(disk) {
                add(record, "i_block", "a device, pipe or socket with blocks", &log)
            }
        }
    }

    private func checkHighHalves(_ record: InodeRecord, _ log: inout FindingLog) {
        if record.fragmentAddress != 0 {
            add(record, "i_faddr", "is \(record.fragmentAddress), must be 0", &log)
        }
        if volume.isFromHurd, record.blocksHigh != 0 {
            let (fragment, size) = (record.blocksHigh & 0xFF, record.blocksHigh >> 8)
            add(record, "h_i_frag", "is \(fragment), h_i_fsize is \(size), must be 0", &log)
        }
        if volume.isFromLinux, !volume.readOnly.contains(.hugeFile), record.blocksHigh != 0 {
            add(record, "l_i_blocks_hi", "is \(record.blocksHigh), must be 0", &log)
        }
        if volume.isFromLinux, !volume.incompatible.contains(.wideBlocks),
            record.attributeBlockHigh != 0
        {
            add(record, "l_i_file_acl_high", "is \(record.attributeBlockHigh), must be 0", &log)
        }
        let bits = volume.blockSize.trailingZeroBitCount
        if record.sizeHigh != 0, record.kind == .directory,
            !volume.incompatible.contains(.largeDirectories),
            record.blocksLow < UInt32(1) << UInt32(29 - bits)
        {
            add(record, "i_size_high", "is \(record.sizeHigh), must be 0", &log)
        }
    }
}

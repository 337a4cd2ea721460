import Ext4Layout
import ImageBytes

/// The block that keeps a file system from being mounted twice (`ext2fs_mmp_start`).
struct MultiMountCheck {
    let volume: Volume

    /// The largest number that a mounted file system counts to (`EXT4_MMP_SEQ_MAX`).
    private static let lastSequence: UInt32 = 0xE24D_4D4F

    /// The block, where there is one.
    var block: UInt64? {
        guard volume.incompatible.contains(.multiMountProtection) else { return nil }
        let block = volume.superblock[Superblock.Fields.mmpBlock]
        return block > volume.firstBlock && block < volume.endBlock ? block : nil
    }

    /// Checks it.
    func run(_ log: inout FindingLog) {
        guard volume.incompatible.contains(.multiMountProtection) else { return }
        let number = volume.superblock[Superblock.Fields.mmpBlock]
        guard block != nil, let offset = volume.offset(ofBlock: number) else {
            log.add(
                .multiMount, at: .superblock("s_mmp_block"),
                "block \(number) cannot hold the guard against multiple mounts")
            return
        }
        let image = volume.image
        let slice = image.slice.slice(offset..<offset + volume.blockSize)
        let guardBlock = MultiMountBlock(decoding: slice)
        let place = FindingPlace.block(number)
        if guardBlock.magic != MultiMountBlock.magic {
            log.add(
                .multiMount, at: place,
                "the magic number is 0x\(String(guardBlock.magic, radix: 16))")
        } else if volume.hasMetadataChecksums,
            guardBlock.checksum != volume.checksums.multiMount(slice)
        {
            log.add(.multiMount, at: place, "the checksum does not fit")
        } else if guardBlock.sequence == MultiMountBlock.checkSequence {
            log.add(.multiMount, at: place, "a check of the file system did not end")
        } else if guardBlock.sequence > Self.lastSequence,
            guardBlock.sequence != MultiMountBlock.cleanSequence
        {
            log.add(
                .multiMount, at: place,
                "the sequence number is 0x\(String(guardBlock.sequence, radix: 16))")
        } else if guardBlock.sequence != MultiMountBlock.cleanSequence {
            log.add(
                .multiMount, at: place, severity: .warning,
                "the file system is mounted, or was not unmounted")
        }
    }
}

import Ext4Layout
import ImageBytes

/// Whether the file of orphans is sound and empty (e2fsck's `check_orphan_file`).
struct OrphanFileCheck {
    let volume: Volume

    /// The most blocks of the file that are looked at.
    private static let blockLimit: UInt64 = 1 << 20

    /// Checks it.
    func run(_ log: inout FindingLog) {
        guard volume.compatible.contains(.orphanFile) else { return }
        let number = volume.orphanFileInode
        let place = FindingPlace.inode(number)
        if !volume.compatible.contains(.journal) {
            log.add(.orphanFile, at: place, "a file of orphans without a journal")
        }
        let image = volume.image
        let disk = image.slice
        guard let offset = volume.offset(ofInode: number) else {
            log.add(
                .orphanFile, at: .superblock("s_orphan_file_inum"),
                "inode \(number) cannot hold the file of orphans")
            return
        }
        let record = InodeRecord(
            disk, number: number, offset: offset, inodeSize: volume.inodeSize)
        let blocks = record.size / UInt64(volume.blockSize)
        if record.size % UInt64(volume.blockSize) != 0 {
            log.add(.orphanFile, at: place, "\(record.size) bytes are not whole blocks")
        }
        guard record.kind == .regular else {
            log.add(.orphanFile, at: place, "is no regular file")
            return
        }
        let runs = FileRuns(volume, record)
        let seed = volume.seed(of: record)
        var isEmpty = true
        for fileBlock in 0..<min(blocks, Self.blockLimit) {
            guard let block = runs.block(fileBlock), let start = volume.offset(ofBlock: block)
            else {
                log.add(
                    .orphanFile, at: .inode(number, fileBlock: fileBlock), "the block is missing")
                return
            }
            isEmpty =
                check(
                    disk.slice(start..<start + volume.blockSize),
                    .inode(number, block: block, fileBlock: fileBlock), block, seed, &log)
                && isEmpty
        }
        if blocks > Self.blockLimit {
            log.add(
                .limit, at: place,
                "blocks of the file of orphans: truncated at \(Self.blockLimit) of at least \(blocks)"
            )
        }
        if isEmpty, volume.readOnly.contains(.orphansPresent) {
            log.add(.orphanFile, at: place, "lists no inodes, but orphan_present is set")
        }
    }

    /// Checks a block; returns whether it lists nothing.
    private func check(
        _ slice: ImageSlice, _ place: FindingPlace, _ block: UInt64, _ seed: UInt32,
        _ log: inout FindingLog
    ) -> Bool {
        let tail = OrphanBlockTail(closing: slice)
        if tail.magic != OrphanBlockTail.magic {
            log.add(
                .orphanFile, at: place, "the magic number is 0x\(String(tail.magic, radix: 16))")
        } else if volume.hasMetadataChecksums,
            tail.checksum
                != MetadataChecksums.orphans(slice, number: block, inodeSeed: seed)
        {
            log.add(.orphanFile, at: place, "the checksum does not fit")
        } else if !volume.hasMetadataChecksums, tail.checksum != 0 {
            // The block is compared with an empty one, which has no checksum.
            log.add(.orphanFile, at: place, "has a checksum without the feature")
        }
        let isEmpty = slice.isZero(0..<slice.count - OrphanBlockTail.byteCount)
        if !isEmpty {
            // e2fsck -n deletes none of them, and then asks for empty blocks.
            let isAnnounced = volume.readOnly.contains(.orphansPresent)
            log.add(
                .orphanFile, at: place,
                isAnnounced
                    ? "lists inodes that are to be deleted"
                    : "lists inodes, but orphan_present is not set")
        }
        return isEmpty
    }
}

import Ext4Layout
import ImageBytes

/// The parts of a directory that entries lie in.
struct DirectoryAreas {
    let session: CheckSession

    private var volume: Volume { session.volume }

    /// Calls the body for every block of a directory, or the two parts of its inode.
    ///
    /// - Parameters:
    ///   - work: the directory.
    ///   - body: takes the bytes, where the entries end, and the block's number in the directory.
    func forEach(
        _ work: DirectoryWork,
        _ body: (_ slice: ImageSlice, _ limit: Int, _ fileBlock: UInt64) -> Void
    ) {
        let image = volume.image
        let disk = image.slice
        guard !work.isInline else {
            guard let offset = volume.offset(ofInode: work.inode) else { return }
            let record = InodeRecord(
                disk, number: work.inode, offset: offset, inodeSize: volume.inodeSize)
            body(disk.slice(record.mapRange).slice(4..<60), 56, 0)
            if case .found(let value) = XattrReader(volume: volume).inlineData(disk, record),
                !value.isEmpty
            {
                body(disk.slice(value), value.count, 1)
            }
            return
        }
        for run in session.runs[work.runs] {
            for step in 0..<run.count {
                guard let offset = volume.offset(ofBlock: run.block + step) else { return }
                let slice = disk.slice(offset..<offset + volume.blockSize)
                let hasTail = volume.hasMetadataChecksums && DirectoryTail(closing: slice) != nil
                body(
                    slice, volume.blockSize - (hasTail ? DirectoryTail.byteCount : 0),
                    run.fileBlock + step)
            }
        }
    }
}

import Ext4Layout
import ImageBytes

/// The blocks of a file that the checks read themselves: the journal, quotas, orphans.
struct FileRuns {
    private let volume: Volume
    private let runs: [DirectoryRun]
    /// Blocks that are missing before the last one.
    let holes: UInt64
    /// One past the last block that is mapped.
    let end: UInt64
    /// Something of the map is not sound.
    let isBroken: Bool

    /// Goes through the map of an inode.
    init(_ volume: Volume, _ record: InodeRecord) {
        self.volume = volume
        let disk = volume.image.slice
        var tally = BlockTally(record, attributeClusters: 0, keepsRuns: true)
        var log = FindingLog()
        let nothing = SparseBits(limit: 0)
        if volume.incompatible.contains(.extents), record.flags.contains(.extents) {
            ExtentWalk(volume, record, metadata: nothing).run(disk, &tally, &log)
        } else {
            BlockMapWalk(volume: volume, record: record, metadata: nothing)
                .run(disk, &tally, &log)
        }
        runs = tally.runs
        end = runs.last.map { $0.fileBlock + $0.count } ?? 0
        holes = tally.holes
        isBroken = log.hasErrors
    }

    /// Blocks given one by one, of which 0 means a hole (the copy of a map in the superblock).
    init(_ volume: Volume, blocks: [UInt64]) {
        self.volume = volume
        runs = blocks.enumerated().filter { $0.element != 0 }.map {
            DirectoryRun(inode: 0, fileBlock: UInt64($0.offset), block: $0.element, count: 1)
        }
        end = UInt64(blocks.count)
        holes = UInt64(blocks.count { $0 == 0 })
        isBroken = blocks.contains { $0 != 0 && !volume.isValid($0) }
    }

    /// The block of the file system that holds a block of the file; nil where none does.
    func block(_ fileBlock: UInt64) -> UInt64? {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            let run = runs[middle]
            if fileBlock < run.fileBlock {
                high = middle
            } else if fileBlock - run.fileBlock >= run.count {
                low = middle + 1
            } else {
                return run.block + (fileBlock - run.fileBlock)
            }
        }
        return nil
    }

    /// Where a block of the file starts in the image; nil where it is missing.
    func offset(_ fileBlock: UInt64) -> Int? { block(fileBlock).flatMap(volume.offset(ofBlock:)) }
}

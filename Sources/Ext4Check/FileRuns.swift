import Ext4Layout
import ImageBytes

/// The blocks of a file that the checks read themselves: the journal, quotas, orphans.
struct FileRuns {
    private let volume: Volume
    private let runs: [DirectoryRun]

    /// Goes through the map of an inode.
    init(_ volume: Volume, _ record: InodeRecord) {
        self.volume = volume
        let image = volume.image
        let disk = image.slice
        var tally = BlockTally(
            record, attributeClusters: 0, keepsRuns: true, budget: BudgetShare(MapBudget(volume)))
        var log = FindingLog()
        let nothing = MetadataBlocks(SparseBits(limit: 0))
        if volume.incompatible.contains(.extents), record.flags.contains(.extents) {
            ExtentWalk(volume, record, metadata: nothing).run(disk, &tally, &log)
        } else {
            BlockMapWalk(volume: volume, record: record, metadata: nothing)
                .run(disk, &tally, &log)
        }
        runs = tally.runs
    }

    /// How many blocks are there before the first that is missing.
    var leading: UInt64 {
        var next: UInt64 = 0
        for run in runs {
            guard run.fileBlock == next else { break }
            next += run.count
        }
        return next
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

    /// Calls the body for every run, with its first block in the file and its bytes in the image.
    func forEachRange(_ body: (_ fileBlock: UInt64, _ range: Range<Int>) -> Void) {
        for run in runs {
            guard run.count > 0, let start = volume.offset(ofBlock: run.block),
                let last = volume.offset(ofBlock: run.block + run.count - 1)
            else { continue }
            body(run.fileBlock, start..<last + volume.blockSize)
        }
    }
}

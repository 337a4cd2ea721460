import Ext4Layout
import HostSystem
import ImageBytes

/// Goes through all directories (e2fsck's pass 2), spread over threads.
struct DirectoryPass: Sendable {
    let volume: Volume
    let facts: DirectoryFacts
    let runs: [DirectoryRun]

    /// Blocks of directories in one part of the work.
    private static let blocksPerPart: UInt64 = 64

    /// Blocks of all directories that are looked at, beside those that the file stores times
    /// ``MapBudget/storedFactor``: in a sound image no two directories share a block.
    static let blockFloor: UInt64 = 1 << 20

    /// Goes through everything.
    ///
    /// - Returns: results in the order of the directories, whatever the number of threads.
    func run(_ work: [DirectoryWork], jobs: Int) -> [DirectoryResult] {
        let parts = self.parts(work)
        return ThreadTeam.map(count: parts.count, workers: jobs) { index in
            var result = DirectoryResult()
            let image = volume.image
            let disk = image.slice
            var touched = TouchedWindows(volume)
            for directory in work[parts[index]] {
                check(disk, directory, &result)
                touched.add(directory, runs)
            }
            touched.release()
            return result
        }
    }

    /// How many blocks all directories may have.
    static func blockLimit(_ volume: Volume) -> UInt64 {
        MapBudget.stored(volume) / UInt64(volume.blockSize) + blockFloor
    }

    /// How many directories, from the first, can be gone through before there are more blocks of
    /// them than a sound image can have.
    func affordable(_ work: [DirectoryWork], _ log: inout FindingLog) -> Int {
        let limit = Self.blockLimit(volume)
        var blocks: UInt64 = 0
        for (index, directory) in work.enumerated() {
            // A tree has a note of every block, be it there or a hole.
            let mapped = runs[directory.runs].reduce(0) { $0 &+ $1.count }
            blocks &+= max(mapped, directory.hashTreeBlocks ?? 0)
            guard blocks > limit else { continue }
            log.add(
                .limit, at: .inode(directory.inode), severity: .error,
                "directories claim more blocks than there are: truncated at \(limit) of at least "
                    + "\(blocks)")
            return index
        }
        return work.count
    }

    private func parts(_ work: [DirectoryWork]) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        var blocks: UInt64 = 0
        for (index, directory) in work.enumerated() {
            blocks += runs[directory.runs].reduce(1) { $0 + $1.count }
            if blocks >= Self.blocksPerPart {
                parts.append(start..<index + 1)
                start = index + 1
                blocks = 0
            }
        }
        if start < work.count { parts.append(start..<work.count) }
        return parts
    }

    private func check(
        _ disk: ImageSlice, _ work: DirectoryWork, _ result: inout DirectoryResult
    ) {
        guard let offset = volume.offset(ofInode: work.inode) else { return }
        let record = InodeRecord(
            disk, number: work.inode, offset: offset, inodeSize: volume.inodeSize)
        var check = DirectoryCheck(
            DirectoryHead(volume: volume, facts: facts, record: record),
            hashTreeBlocks: work.hashTreeBlocks)
        if work.isInline {
            check.checkInline(disk, &result)
            return
        }
        for run in runs[work.runs] {
            for step in 0..<run.count {
                check.checkBlock(
                    disk, run.block + step, fileBlock: run.fileBlock + step, &result)
            }
        }
        check.finish(&result)
    }
}

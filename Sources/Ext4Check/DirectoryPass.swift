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

    /// Goes through everything.
    ///
    /// - Returns: results in the order of the directories, whatever the number of threads.
    func run(_ work: [DirectoryWork], jobs: Int) -> [DirectoryResult] {
        let parts = self.parts(work)
        return ThreadTeam.map(count: parts.count, workers: jobs) { index in
            var result = DirectoryResult()
            let image = volume.image
            let disk = image.slice
            for directory in work[parts[index]] { check(disk, directory, &result) }
            return result
        }
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

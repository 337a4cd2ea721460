import Ext4Layout
import ImageBytes

/// One check of one file system: the passes in their order, and what they hand on.
struct CheckSession {
    let volume: Volume
    let jobs: Int
    private(set) var log: FindingLog
    /// All passes were run.
    private(set) var isComplete = false
    /// What all inodes are, once they were scanned.
    private(set) var facts: DirectoryFacts
    /// Inodes in use, in rising order.
    private(set) var inodes: [InodeFact] = []
    private(set) var directories: [DirectoryWork] = []
    private(set) var runs: [DirectoryRun] = []
    /// The directory that each directory lies in.
    private(set) var parents = SparseTable<UInt32>(limit: 0, empty: 0)
    /// Clusters in use.
    private(set) var clusters: SparseBits

    init(volume: Volume, jobs: Int, log: FindingLog) {
        self.volume = volume
        self.jobs = jobs
        self.log = log
        facts = DirectoryFacts(
            traits: SparseTable(limit: 0, empty: []), policies: SparseTable(limit: 0, empty: 0))
        clusters = SparseBits(limit: 0)
    }

    /// Runs every pass that can be run.
    ///
    /// - Returns: false where the inode tables cannot be read.
    mutating func run(now: UInt64?) -> Bool {
        guard SuperblockCheck(volume: volume, now: now).run(&log) else { return true }
        let groups = GroupCheck(volume: volume).run(&log)
        guard !groups.isUnreadable else {
            log.add(.imageTooShort, at: .fileSystem, "an inode table cannot be read")
            return false
        }
        BackupCheck(volume: volume).run(&log)
        ResizeInodeCheck(volume: volume).run(&log)
        MultiMountCheck(volume: volume).run(&log)
        JournalCheck(volume: volume).run(&log)
        OrphanFileCheck(volume: volume).run(&log)

        var badBlocks: Set<UInt64> = []
        let image = volume.image
        BadBlockList.of(volume)?.forEach(image.slice) { block, holdsList in
            if !holdsList { badBlocks.insert(block) }
        }
        let scan = InodeScan(volume, metadata: groups.blocks, badBlocks: badBlocks)
        var merge = InodeScanMerge(volume, groups)
        for result in scan.run(jobs: jobs) { merge.add(result, &log) }
        // What follows compares everything with everything, of which a part is missing.
        if merge.isTruncated { return true }
        merge.finish(&log)
        (facts, inodes, directories, runs) = (
            merge.facts, merge.inodes, merge.directories, merge.runs
        )
        clusters = merge.blocks.clusters

        let pass = DirectoryPass(volume: volume, facts: facts, runs: runs)
        var limitLog = FindingLog()
        let count = pass.affordable(directories, &limitLog)
        let results = pass.run(Array(directories.prefix(count)), jobs: jobs)
        for result in results { log.append(result.log) }
        log.append(limitLog)
        if count < directories.count { return true }
        let links = LinkCheck(
            volume: volume, facts: facts, inodes: inodes,
            valueReferences: merge.attributes.valueReferences)
        parents = links.run(results, &log)
        BitmapCheck(volume: volume, clusters: clusters, facts: facts).run(jobs: jobs, &log)
        QuotaCheck(volume: volume, usage: merge.usage).run(&log)
        isComplete = true
        return true
    }
}

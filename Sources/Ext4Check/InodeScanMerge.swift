import Ext4Layout
import ImageBytes

/// Puts the parts of the inode scan together, in their order.
struct InodeScanMerge {
    private let volume: Volume
    private let groups: GroupCheck.Outcome
    private(set) var blocks: BlockUse
    private(set) var attributes: AttributeUse
    private(set) var inodes: [InodeFact] = []
    private(set) var directories: [DirectoryWork] = []
    private(set) var runs: [DirectoryRun] = []
    private(set) var usage = QuotaUsage()
    private var traits: SparseTable<InodeTraits>
    private var policies: SparseTable<UInt32>
    private var policyNumbers: [[UInt8]: UInt32] = [:]
    private var attributeBlocks: [AttributeBlockUse] = []
    private var hasLargeFile = false
    private var hasLargeDirectory = false
    /// The scan ended before its end.
    private(set) var isTruncated = false

    init(_ volume: Volume, _ groups: GroupCheck.Outcome) {
        self.volume = volume
        self.groups = groups
        blocks = BlockUse(volume, metadata: groups.blocks)
        attributes = AttributeUse(volume)
        traits = SparseTable(limit: Int(volume.inodeCount) + 1, empty: [])
        policies = SparseTable(limit: Int(volume.inodeCount) + 1, empty: 0)
    }

    /// What all inodes are.
    var facts: DirectoryFacts { DirectoryFacts(traits: traits, policies: policies) }

    /// Takes one part.
    mutating func add(_ result: InodeScanResult, _ log: inout FindingLog) {
        log.append(result.log)
        isTruncated = isTruncated || result.isTruncated
        for bad in result.badBlocks { blocks.take(bad, groups, &log) }
        for claim in result.claims { blocks.take(claim, &log) }
        attributes.addReferences(result.valueInodes)
        attributeBlocks += result.attributeBlocks
        for fact in result.inodes { traits[fact.number] = fact.traits }
        inodes += result.inodes
        addDirectories(result)
        for encrypted in result.policies { addPolicy(encrypted) }
        usage.add(result.usage)
        hasLargeFile = hasLargeFile || result.hasLargeFile
        hasLargeDirectory = hasLargeDirectory || result.hasLargeDirectory
    }

    private mutating func addDirectories(_ result: InodeScanResult) {
        var treeBlocks: [UInt32: UInt64] = [:]
        for tree in result.hashTrees { treeBlocks[tree.inode] = tree.blockCount }
        let inline = Set(result.inlineDirectories)
        let base = runs.count
        runs += result.runs
        var next = 0
        for fact in result.inodes {
            let start = next
            while next < result.runs.count, result.runs[next].inode == fact.number { next += 1 }
            guard fact.traits.contains(.directory) else { continue }
            directories.append(
                DirectoryWork(
                    inode: fact.number, runs: base + start..<base + next,
                    isInline: inline.contains(fact.number), hashTreeBlocks: treeBlocks[fact.number])
            )
        }
    }

    private mutating func addPolicy(_ encrypted: EncryptedInode) {
        guard !encrypted.policy.isEmpty else {
            policies[encrypted.inode] = DirectoryFacts.unknownPolicy
            return
        }
        let number =
            policyNumbers[encrypted.policy] ?? UInt32(clamping: policyNumbers.count + 1)
        policyNumbers[encrypted.policy] = number
        policies[encrypted.inode] = number
    }

    /// After the last part.
    mutating func finish(_ log: inout FindingLog) {
        attributes.checkBlocks(attributeBlocks, &blocks, &log)
        attributeBlocks = []
        if hasLargeFile, volume.superblock[Superblock.Fields.revision] == 0 {
            log.add(
                .superblockField, at: .superblock("s_rev_level"),
                "revision 0 has no files of 2 GiB and more")
        }
        if hasLargeFile, !volume.readOnly.contains(.largeFile) {
            log.add(
                .largeFile, at: .superblock("s_feature_ro_compat"),
                "a file has 2 GiB or more, but large_file is not set")
        }
        if hasLargeDirectory, !volume.incompatible.contains(.largeDirectories) {
            log.add(
                .largeDirectory, at: .superblock("s_feature_incompat"),
                "a directory needs large_dir, which is not set")
        }
    }
}

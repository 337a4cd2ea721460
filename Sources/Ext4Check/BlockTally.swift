import Ext4Layout

/// A run of clusters that an inode, or the file system itself, says is its own.
struct ClusterClaim: Sendable {
    let clusters: Range<UInt64>
    let inode: UInt32
}

/// A run of a directory's blocks.
struct DirectoryRun: Sendable {
    let inode: UInt32
    /// The first block, counted in the directory.
    let fileBlock: UInt64
    /// The first block, counted in the file system.
    let block: UInt64
    let count: UInt64
}

/// What is counted while the blocks of one inode are gone through (`process_block_struct`).
struct BlockTally {
    let inode: UInt32
    let isDirectory: Bool
    let isRegular: Bool
    /// Clusters in use, attribute blocks included.
    var clusterCount: UInt64
    /// The last block of the file that is mapped; -1 before the first.
    var lastBlock: Int64 = -1
    /// The last one that is mapped and written; -1 before the first.
    var lastWrittenBlock: Int64 = -1
    /// The last block of a directory that was handed on; -1 before the first.
    var lastDirectoryBlock: Int64 = -1
    /// The block of the file system that was mapped last; 0 before the first.
    var previousBlock: UInt64 = 0
    /// The first block of the file that no extent covers yet.
    var nextExtentBlock: UInt64 = 0
    var claims: [ClusterClaim] = []
    var runs: [DirectoryRun] = []
    /// Blocks of the tree that were gone through, against loops.
    var visited: Set<UInt64> = []
    /// Its runs of blocks are kept: it is a directory, or a file that is read.
    let keepsRuns: Bool
    /// What all inodes together may cost.
    private let budget: BudgetShare
    /// Blocks of a directory that are not mapped although later ones are.
    var holes: UInt64 = 0

    init(
        _ record: InodeRecord, attributeClusters: UInt64, keepsRuns: Bool = false,
        budget: BudgetShare
    ) {
        inode = record.number
        self.budget = budget
        isDirectory = record.kind == .directory
        isRegular = record.kind == .regular
        clusterCount = attributeClusters
        self.keepsRuns = keepsRuns || record.kind == .directory
    }

    /// Takes a block of so many entries; false once there were more than a sound image can need.
    func mayGoOn(_ entries: Int) -> Bool {
        budget.mayGoOn(entries, kept: claims.count + runs.count)
    }

    /// Claims a run of clusters, joined to the last one where it continues it.
    mutating func claim(_ clusters: Range<UInt64>) {
        guard !clusters.isEmpty else { return }
        if let last = claims.last, last.clusters.upperBound == clusters.lowerBound {
            claims[claims.count - 1] = ClusterClaim(
                clusters: last.clusters.lowerBound..<clusters.upperBound, inode: inode)
        } else {
            claims.append(ClusterClaim(clusters: clusters, inode: inode))
        }
    }

    /// Hands on a run of directory blocks, and counts what is missing before it.
    mutating func addDirectoryRun(fileBlock: UInt64, block: UInt64, count: UInt64) {
        let expected = UInt64(bitPattern: lastDirectoryBlock + 1)
        if fileBlock > expected { holes += fileBlock - expected }
        guard count > 0 else { return }
        lastDirectoryBlock = Int64(clamping: fileBlock &+ count &- 1)
        if let last = runs.last, last.fileBlock + last.count == fileBlock,
            last.block + last.count == block
        {
            runs[runs.count - 1] = DirectoryRun(
                inode: inode, fileBlock: last.fileBlock, block: last.block,
                count: last.count + count)
        } else {
            runs.append(
                DirectoryRun(inode: inode, fileBlock: fileBlock, block: block, count: count))
        }
    }
}

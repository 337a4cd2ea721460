import Ext4Layout
import ImageBytes

/// Puts together what says that a cluster is its own, and finds those said of more than once.
struct BlockUse {
    let volume: Volume
    /// Clusters in use.
    private(set) var clusters: SparseBits
    private let mayShare: Bool

    /// - Parameters:
    ///   - volume: the file system.
    ///   - metadata: the blocks of its own structures.
    init(_ volume: Volume, metadata: SparseBits) {
        self.volume = volume
        mayShare = volume.readOnly.contains(.sharedBlocks)
        clusters = SparseBits(limit: (volume.endBlock >> volume.clusterBits) + 1)
        if volume.clusterBits == 0 {
            clusters = metadata
        } else {
            metadata.forEachRun { clusters.insert(volume.clusters($0)) }
        }
        // With clusters and blocks of 1,024 bytes, block 0 belongs to the boot loader.
        if volume.blockSize == 1024, volume.firstBlock == 0 { clusters.insert(0) }
        if let block = MultiMountCheck(volume: volume).block {
            clusters.insert(block >> volume.clusterBits)
        }
    }

    /// Takes clusters for an inode.
    mutating func take(_ claim: ClusterClaim, _ log: inout FindingLog) {
        guard clusters.overlaps(claim.clusters), !mayShare else {
            clusters.insert(claim.clusters)
            return
        }
        for cluster in claim.clusters where clusters.insert(cluster) {
            let block = cluster << volume.clusterBits
            log.add(
                .blockClaimedTwice, at: .inode(claim.inode, block: block),
                "block \(block) belongs to something else too")
        }
    }

    /// Takes a block on the list of bad blocks, or one that holds the list (`process_bad_block`).
    mutating func take(
        _ bad: InodeScanResult.BadBlock, _ groups: GroupCheck.Outcome, _ log: inout FindingLog
    ) {
        let cluster = bad.block >> volume.clusterBits
        guard clusters.contains(cluster) else {
            clusters.insert(cluster)
            return
        }
        let isTable =
            groups.blocks.contains(bad.block) && !groups.withoutTables.contains(bad.block)
        if bad.holdsList || !isTable {
            log.add(
                .badBlockList, at: .inode(InodeNumber.badBlocks, block: bad.block),
                bad.holdsList
                    ? "the list of bad blocks lies on a block in use"
                    : "a block on the list of bad blocks holds a structure of the file system")
        }
    }
}

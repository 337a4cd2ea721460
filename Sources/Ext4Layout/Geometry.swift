public import ImageBytes

/// The numbers that everything else in a file system is found with, once they make sense together.
///
/// What is refused here is what no reader can calculate with (`ext2fs_open2` refuses the same). A
/// superblock that is merely wrong, such as an inode count that does not fit the groups, passes.
public struct Geometry: Equatable, Sendable {
    /// Bytes in a block: 1,024 to 65,536.
    public let blockSize: Int
    /// Blocks in a cluster, the unit of allocation: 1 without `bigalloc`.
    public let blocksPerCluster: Int
    /// Blocks in the file system.
    public let blockCount: UInt64
    /// The first block of group 0: 1 where blocks have 1,024 bytes (and no clusters), else 0.
    public let firstDataBlock: UInt64
    /// Blocks in a group; the last group may have fewer.
    public let blocksPerGroup: UInt64
    /// Clusters in a group, which is bits in use of a block bitmap.
    public let clustersPerGroup: UInt64
    /// Inodes in every group.
    public let inodesPerGroup: UInt64
    /// Bytes in an inode: 128 or more, a power of two.
    public let inodeSize: Int
    /// How many groups there are.
    public let groupCount: Int
    /// Bytes in a group descriptor.
    public let descriptorSize: Int
    /// `s_inodes_count`.
    public let inodeCount: UInt32

    /// - Throws: `FormatError` at the first field that no reader can calculate with.
    public init(_ superblock: Superblock) throws(FormatError) {
        try self.init(sizesOf: superblock)
    }

    /// More groups than any disk has; what claims more is not read.
    public static let groupLimit: UInt64 = 1 << 24

    private init(sizesOf superblock: Superblock) throws(FormatError) {
        typealias Fields = Superblock.Fields
        let logBlockSize = superblock[Fields.logBlockSize]
        try superblock.require(Fields.logBlockSize, in: 0...6)
        let clustered = superblock.readOnly.contains(.clusters)
        let logClusterSize = superblock[Fields.logClusterSize]
        // EXT4_MAX_CLUSTER_LOG_SIZE is 30, and the field counts from 10.
        let maximumLog: UInt32 = clustered ? 20 : logBlockSize
        try superblock.require(Fields.logClusterSize, in: logBlockSize...maximumLog)
        blockSize = 1024 << Int(logBlockSize)
        blocksPerCluster = 1 << Int(logClusterSize - logBlockSize)

        inodeSize = superblock.inodeSize
        guard inodeSize >= 128, inodeSize <= blockSize, inodeSize & (inodeSize - 1) == 0 else {
            throw superblock.error(
                Fields.inodeSize,
                .outOfRange(value: UInt64(inodeSize), allowed: 128...UInt64(blockSize)))
        }
        descriptorSize = try Self.descriptorSize(superblock, blockSize: blockSize)

        blocksPerGroup = UInt64(superblock[Fields.blocksPerGroup])
        clustersPerGroup = blocksPerGroup / UInt64(blocksPerCluster)
        // A group's bitmap is one block, and its counts are 16 bits wide (EXT2_MAX_BLOCKS_PER_GROUP).
        let mostBlocks = UInt64(0xFFF8) * UInt64(blocksPerCluster)
        try superblock.require(
            Fields.blocksPerGroup, in: 8...UInt32(min(mostBlocks, UInt64(UInt32.max))))
        if superblock[Fields.clustersPerGroup] != UInt32(truncatingIfNeeded: clustersPerGroup)
            || clustersPerGroup * UInt64(blocksPerCluster) != blocksPerGroup
        {
            throw superblock.error(
                Fields.clustersPerGroup,
                .contradiction(
                    "does not fit s_blocks_per_group", UInt64(superblock[Fields.clustersPerGroup]),
                    clustersPerGroup))
        }
        inodesPerGroup = UInt64(superblock[Fields.inodesPerGroup])
        let mostInodes = UInt64(65536 - blockSize / inodeSize)
        try superblock.require(Fields.inodesPerGroup, in: 1...UInt32(max(1, mostInodes)))

        blockCount = superblock.blockCount
        let mostBytes = UInt64(Int64.max) / UInt64(blockSize)
        guard blockCount <= mostBytes else {
            throw superblock.error(
                Fields.blocksCountLow, .outOfRange(value: blockCount, allowed: 1...mostBytes))
        }
        firstDataBlock = UInt64(superblock[Fields.firstDataBlock])
        guard firstDataBlock < blockCount else {
            throw superblock.error(
                Fields.firstDataBlock, .outside(value: firstDataBlock, limit: blockCount))
        }
        let groups = (blockCount - firstDataBlock - 1) / blocksPerGroup + 1
        guard groups <= Self.groupLimit else {
            throw superblock.error(
                Fields.blocksCountLow,
                .outOfRange(
                    value: blockCount,
                    allowed: 1...Self.groupLimit * blocksPerGroup + firstDataBlock))
        }
        groupCount = Int(groups)
        inodeCount = superblock[Fields.inodesCount]
    }

    private static func descriptorSize(
        _ superblock: Superblock, blockSize: Int
    ) throws(FormatError) -> Int {
        guard superblock.incompatible.contains(.wideBlocks) else { return 32 }
        let size = Int(superblock[Superblock.Fields.descriptorSize])
        guard size >= 64, size <= blockSize, size & (size - 1) == 0 else {
            throw superblock.error(
                Superblock.Fields.descriptorSize,
                .outOfRange(value: UInt64(size), allowed: 64...UInt64(blockSize)))
        }
        return size
    }
}

extension Superblock {
    fileprivate func require(
        _ field: Field<UInt32>, in allowed: ClosedRange<UInt32>
    ) throws(FormatError) {
        guard allowed.contains(self[field]) else {
            throw error(
                field,
                .outOfRange(
                    value: UInt64(self[field]),
                    allowed: UInt64(allowed.lowerBound)...UInt64(allowed.upperBound)))
        }
    }
}

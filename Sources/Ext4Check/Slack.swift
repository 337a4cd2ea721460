import Ext4Layout

/// What is free in a file system, what of it anybody can use, and how far it can grow.
public struct Slack: Equatable, Sendable {
    /// Bytes in a block.
    public let blockSize: Int
    /// Blocks in use by nothing.
    public let freeBlocks: UInt64
    /// Blocks that the kernel keeps back from everybody, root too, for its own bookkeeping: a
    /// fiftieth of the clusters, 4,096 of them at the most (`ext4_calculate_resv_clusters`).
    public let kernelReservedBlocks: UInt64
    /// Blocks that are kept for root (`s_r_blocks_count`).
    public let rootReservedBlocks: UInt64
    /// Inodes in use by nothing.
    public let freeInodes: UInt64
    /// The size to which the file system can grow while it is mounted, in bytes.
    public let maximumOnlineBytes: UInt64

    /// Whether files have block numbers for maps, as in ext2 and ext3, instead of extents.
    public let isBlockMapped: Bool

    /// Blocks that root can fill with one file. Where files have block numbers for maps, those are
    /// left out that hold the numbers, and the count is exact. Extents need a block of map for some
    /// dozens of pieces, which are not foreseen.
    public var usableBlocks: UInt64 { content(in: availableBlocks) }

    private var availableBlocks: UInt64 { freeBlocks - min(freeBlocks, kernelReservedBlocks) }

    private func content(in blocks: UInt64) -> UInt64 {
        isBlockMapped ? IndirectBlocks(blockSize: blockSize).content(in: blocks) : blocks
    }

    /// Bytes that root can fill.
    public var usableBytes: UInt64 { usableBlocks &* UInt64(blockSize) }

    /// Blocks that anybody else can fill.
    public var userBlocks: UInt64 {
        content(in: availableBlocks - min(availableBlocks, rootReservedBlocks))
    }

    /// What the superblock says.
    ///
    /// - Parameter volume: the file system.
    init(_ volume: Volume) {
        let superblock = volume.superblock
        blockSize = volume.blockSize
        isBlockMapped = !volume.incompatible.contains(.extents)
        freeBlocks = min(superblock.freeBlockCount, volume.endBlock)
        freeInodes = min(
            UInt64(superblock[Superblock.Fields.freeInodes]), UInt64(volume.inodeCount))
        rootReservedBlocks = min(superblock.reservedBlockCount, volume.endBlock)
        kernelReservedBlocks = Self.kernelReserved(volume)
        maximumOnlineBytes = OnlineGrowth(volume).blocks &* UInt64(volume.blockSize)
    }

    private static let kernelReservedClusters: UInt64 = 4096

    private static func kernelReserved(_ volume: Volume) -> UInt64 {
        // Only extents need blocks where nobody asked for any.
        guard volume.incompatible.contains(.extents) else { return 0 }
        let clusters = volume.endBlock >> volume.clusterBits
        return min(clusters / 50, kernelReservedClusters) << volume.clusterBits
    }
}

/// How far a file system can grow while it is mounted (`ext4_resize_fs`).
struct OnlineGrowth {
    /// Blocks that it can have then.
    let blocks: UInt64

    /// - Parameter volume: the file system.
    init(_ volume: Volume) {
        let geometry = volume.geometry
        // Without 64-bit block numbers, blocks are counted in 32 bits; inodes always are.
        let wide = volume.incompatible.contains(.wideBlocks)
        let limit = wide ? UInt64(1) << 48 : UInt64(UInt32.max)
        let inodeLimit = UInt64(UInt32.max) / geometry.inodesPerGroup
        var groups = inodeLimit
        if !volume.incompatible.contains(.metaBlockGroups) {
            // Each block of descriptors that is reserved takes so many groups more. Where none is,
            // the kernel turns to meta_bg, if block numbers are wide.
            let reserved = UInt64(
                volume.superblock[Superblock.Fields.reservedDescriptorBlocks])
            let isReserved = volume.compatible.contains(.resizeInode)
            let tables = UInt64(geometry.descriptorBlocks) + (isReserved ? reserved : 0)
            groups = min(groups, tables * UInt64(geometry.descriptorsPerBlock))
        }
        let (product, overflow) = groups.multipliedReportingOverflow(by: geometry.blocksPerGroup)
        blocks = max(volume.endBlock, min(overflow ? limit : product, limit))
    }
}

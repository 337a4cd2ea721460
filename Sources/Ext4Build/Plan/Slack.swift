/// What is left in a finished image, and what of it is worth something.
public struct Slack: Sendable, Equatable {
    public let freeBlocks: UInt64
    /// What the kernel withholds from everyone, root included: a fiftieth of all blocks, 4,096 at
    /// the most (`ext4_calculate_resv_clusters`, fs/ext4/super.c).
    public let kernelReservedBlocks: UInt64
    public let freeInodes: UInt64
    /// The size that an online resize can reach with the descriptor blocks that are reserved.
    public let maximumOnlineBytes: UInt64

    /// Blocks that root can fill.
    public var usableBlocks: UInt64 { freeBlocks - min(freeBlocks, kernelReservedBlocks) }
    public var usableBytes: UInt64 { usableBlocks * Geometry.blockSize }

    init(geometry: Geometry, freeBlocks: UInt64, usedInodes: UInt64) {
        self.freeBlocks = freeBlocks
        kernelReservedBlocks = Self.kernelReservedBlocks(of: geometry.blockCount)
        freeInodes = geometry.inodeCount - usedInodes
        let groups =
            (geometry.descriptorBlocks + geometry.reservedDescriptorBlocks)
            * UInt64(Geometry.descriptorsPerBlock)
        maximumOnlineBytes =
            min(groups * Geometry.blocksPerGroup, Geometry.maximumBlockCount) * Geometry.blockSize
    }

    static func kernelReservedBlocks(of blockCount: UInt64) -> UInt64 {
        min(blockCount / 50, 4_096)
    }
}

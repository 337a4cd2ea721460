import Ext4Layout

/// What is free in a file system, and how far it can grow.
public struct Slack: Equatable, Sendable {
    /// Free blocks, as the superblock counts them.
    public let freeBlocks: UInt64

    init(_ volume: Volume) { freeBlocks = volume.superblock.freeBlockCount }
}

/// How many blocks each kind of structure takes.
public struct BlockUsage: Sendable, Equatable {
    /// Superblocks, descriptors and those reserved for growth, bitmaps.
    public var fileSystem: UInt64 = 0
    public var inodeTables: UInt64 = 0
    public var journal: UInt64 = 0
    public var directories: UInt64 = 0
    /// Targets of symbolic links that do not fit into the inode, and extended attributes.
    public var linksAndAttributes: UInt64 = 0
    public var extentTrees: UInt64 = 0
    public var data: UInt64 = 0
}

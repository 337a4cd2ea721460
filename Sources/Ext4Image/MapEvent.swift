public import ImageBytes

/// What is met on the way through an inode's blocks.
public enum MapEvent: Sendable {
    /// Blocks of content.
    case run(BlockRun)
    /// A block that holds part of the map itself; the answer false leaves out what it leads to.
    case node(MapNode)
    /// Something that cannot be; the walk goes on with what comes after it.
    case flaw(FormatError)
}

/// Blocks of a file that lie together on disk.
public struct BlockRun: Equatable, Sendable {
    /// The first block in the file.
    public let logical: UInt64
    /// The first block on disk.
    public let physical: UInt64
    /// How many blocks; at least 1.
    public let length: UInt64
    /// Whether the blocks are allocated and read as zeros.
    public let isUnwritten: Bool

    public init(logical: UInt64, physical: UInt64, length: UInt64, isUnwritten: Bool = false) {
        self.logical = logical
        self.physical = physical
        self.length = length
        self.isUnwritten = isUnwritten
    }

    /// The first block in the file after the run.
    public var logicalEnd: UInt64 { logical + length }
}

/// A block that holds part of an inode's map.
public struct MapNode: Equatable, Sendable {
    /// The block on disk.
    public let block: UInt64
    /// Extents: the node's depth, 0 for a leaf. Indirect blocks: 0 for one of content's numbers, 1
    /// and 2 for those above it.
    public let level: Int
    /// The first block of the file that it may map.
    public let logical: UInt64
    /// Whether it is an extent node.
    public let isExtents: Bool
}

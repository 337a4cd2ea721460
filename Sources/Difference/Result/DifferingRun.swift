import Golden

/// Blocks that lie together, differ, and do so for the same causes.
public struct DifferingRun: Equatable, Sendable {
    /// The blocks, in units of ``ImageDifference/blockSize``.
    public let blocks: Range<UInt64>
    /// What differs in them, `checksum` and `count` included.
    public let causes: CauseSet
    /// The primary causes that all of it comes down to.
    public let roots: CauseSet

    public init(_ blocks: Range<UInt64>, causes: CauseSet, roots: CauseSet) {
        self.blocks = blocks
        self.causes = causes
        self.roots = roots
    }

    /// Whether a rule covers every differing byte of the blocks.
    public var isExplained: Bool { !causes.contains(.unexplained) }

    /// How many blocks.
    public var count: UInt64 { UInt64(blocks.count) }
}

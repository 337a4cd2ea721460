public import Ext4Image
public import Golden

/// How two images differ, and why. It is data: reports show it, nothing is printed here.
public struct ImageDifference: Sendable {
    /// The two file systems.
    public let before: Ext4Image
    public let after: Ext4Image
    /// Who owns the blocks and names the inodes on each side; nil where the images are the same.
    public let sides: Sides?
    /// Bytes in the blocks that are counted: the file systems' block size, or the smaller one.
    public let blockSize: Int
    /// Blocks in the larger image.
    public let blockCount: UInt64
    /// The blocks that differ, in rising order. What only the larger image has, differs.
    public let runs: [DifferingRun]
    /// What differs: the primary findings first, each part in the order of the causes.
    public let findings: [Finding]
    /// The names that are not the same on both sides.
    public let tree: [TreeChange]
    /// Where files that were added had their content before: inodes of the first image whose names
    /// were removed, by inodes of the second. Their bytes are the same.
    public let renames: [UInt32: UInt32]
    /// The files whose content differs.
    public let contents: [ContentChange]
    public let layout: LayoutSummary
    /// What the comparison was told to ignore.
    public let ignored: CauseSet
    /// Differences that the causes in ``ignored`` account for alone, which are in no list here.
    public let ignoredBlocks: UInt64
    /// What a careful reader should be told, such as a limit that was met.
    public let warnings: [String]

    /// Both sides' owners and paths.
    public struct Sides: Sendable {
        public let before: Side
        public let after: Side
    }

    /// One side's owners and paths.
    public struct Side: Sendable {
        public let owners: OwnerMap
        public let paths: PathIndex
    }

    /// Whether nothing differs but what is ignored.
    public var isSame: Bool { findings.isEmpty && runs.isEmpty }

    /// Whether the images are the same bytes.
    public var isIdentical: Bool { isSame && ignoredBlocks == 0 && sides == nil }

    public var differingBlocks: UInt64 { runs.reduce(0) { $0 + $1.count } }

    public var unexplainedBlocks: UInt64 {
        runs.reduce(0) { $0 + ($1.isExplained ? 0 : $1.count) }
    }

    public var explainedBlocks: UInt64 { differingBlocks - unexplainedBlocks }

    /// Blocks in which a cause plays a part, alone or with others.
    public func blocks(for cause: Cause.Name) -> UInt64 {
        runs.reduce(0) { $0 + ($1.causes.contains(cause) ? $1.count : 0) }
    }

    /// The primary causes, in the order in which reports list them.
    public var primaryCauses: [Cause.Name] {
        findings.reduce(into: CauseSet()) { set, finding in
            if !finding.isDerived { set.insert(CauseSet(finding.cause)) }
        }.names
    }

    /// The path under which the first image has the content that was added, not escaped.
    public func origin(of change: TreeChange) -> [UInt8]? {
        guard change.causes.contains(.added), let inode = change.after else { return nil }
        return renames[inode].flatMap { sides?.before.paths.path(of: $0) }
    }

    /// The path of a change, not escaped; in the image that has it, the first where both do.
    public func path(of change: TreeChange) -> [UInt8]? {
        guard let sides else { return nil }
        let side = change.before == nil ? sides.after : sides.before
        if let name = change.name {
            guard let parent = side.paths.path(of: name.directory) else { return nil }
            return (parent == [0x2F] ? [] : parent) + [0x2F] + name.bytes
        }
        return (change.before ?? change.after).flatMap { side.paths.path(of: $0) }
    }
}

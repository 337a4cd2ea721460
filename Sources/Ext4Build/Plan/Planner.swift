internal import HostSystem
public import SourceTree

/// Finds the smallest image that holds a tree and keeps its promises. No I/O.
public struct Planner: Sendable {
    private let tree: SourceTree
    private let order: FileOrder
    private let data: DataMap
    private let options: ImageOptions

    public init(_ tree: SourceTree, _ order: FileOrder, _ data: DataMap, _ options: ImageOptions) {
        self.tree = tree
        self.order = order
        self.data = data
        self.options = options
    }

    /// - Throws: ``PlanError``.
    public func plan() throws(PlanError) -> Plan {
        let shape = try TreeShape(
            tree, order, data, hashSeed: options.identity.hashSeed)
        guard let size = options.size else { return try smallest(shape, above: 0) }
        // A last group that is too small for its own structures is left out, as mke2fs does; the
        // image keeps the size that was asked for.
        let blocks = size / Geometry.blockSize
        let withoutLastGroup = blocks - blocks % Geometry.blocksPerGroup
        if case .fits(let plan) = try attempt(shape, blocks, byteCount: size) { return plan }
        if case .fits(let plan) = try attempt(shape, withoutLastGroup, byteCount: size) {
            return plan
        }
        throw .tooSmall(asked: size, needed: try smallest(shape, above: blocks).byteCount)
    }

    /// What came of one candidate size.
    private enum Attempt {
        case fits(Plan)
        /// No geometry, or too few blocks; `shortBy` more would not be too many.
        case tooSmall(shortBy: UInt64)
    }

    private var usedInodes: UInt64 { UInt64(Plan.reservedInodes) + UInt64(order.nodes.count) - 1 }
    private var wantedInodes: UInt64 { usedInodes + options.freeInodes }
    private var promisedBlocks: UInt64 {
        options.freeBytes / Geometry.blockSize
            + (options.freeBytes % Geometry.blockSize == 0 ? 0 : 1)
    }

    /// Tries rising multiples of the alignment, and passes over what cannot fit.
    ///
    /// So many blocks as `size` are known not to be enough. Fewer may be, where the next larger
    /// journal, or a group more, takes what it adds.
    private func smallest(_ shape: TreeShape, above size: UInt64) throws(PlanError) -> Plan {
        let step = max(1, options.alignment / Geometry.blockSize)
        let groups = max(
            1, wantedInodes / UInt64(Geometry.maximumInodesPerGroup))
        let (least, overflow) = shape.leastBlocks.addingReportingOverflow(promisedBlocks)
        guard !overflow, least < Geometry.maximumBlockCount else {
            let needed = least.multipliedReportingOverflow(by: Geometry.blockSize)
            throw .tooLarge(needed: overflow || needed.overflow ? .max : needed.partialValue)
        }
        let lowest = max(least, (groups - 1) * Geometry.blocksPerGroup, size)
        var blocks = (lowest / step + 1) * step
        while blocks < Geometry.maximumBlockCount {
            switch try attempt(shape, blocks, byteCount: blocks * Geometry.blockSize) {
            case .fits(let plan): return plan
            case .tooSmall(let short): blocks += max(1, short / step) * step
            }
        }
        throw .tooLarge(needed: blocks * Geometry.blockSize)
    }

    private func attempt(
        _ shape: TreeShape, _ blocks: UInt64, byteCount: UInt64
    ) throws(PlanError) -> Attempt {
        guard let geometry = Geometry(blockCount: blocks, inodeCount: wantedInodes) else {
            return .tooSmall(shortBy: 0)
        }
        let journalBlocks = try journalBlocks(blocks)
        let free = blocks - geometry.metadataBlockCount
        let needed =
            1 + UInt64(journalBlocks) + shape.leastBlocks + promisedBlocks
            + Slack.kernelReservedBlocks(of: blocks)
        // With more groups the inode tables can shrink by the rounding of each: do not jump over a size
        // that is enough for that reason.
        let rounding = UInt64(geometry.groupCount) + 1
        guard free >= needed else {
            return .tooSmall(shortBy: needed - free - min(needed - free, rounding))
        }
        guard
            let layout = Layout(
                geometry: geometry, tree: tree, order: order, data: data, shape: shape,
                journalBlocks: journalBlocks)
        else { return .tooSmall(shortBy: 0) }
        let slack = Slack(
            geometry: geometry, freeBlocks: layout.space.freeCount, usedInodes: usedInodes)
        let gaps = layout.space.gaps.filter { !$0.isEmpty }
        let spent = promisedBlocks + Self.mappingBlocks(gaps)
        guard slack.usableBlocks >= spent else {
            let missing = spent - slack.usableBlocks
            return .tooSmall(shortBy: missing - min(missing, rounding))
        }
        return .fits(
            Plan(
                tree: tree, order: order, options: options, geometry: geometry,
                byteCount: byteCount, slack: slack, usage: layout.usage, journal: layout.journal,
                journalExtentBlocks: layout.journalExtentBlocks,
                resizeBlock: layout.resizeBlock, extents: layout.extents,
                firstExtent: layout.firstExtent, extentBlocks: layout.extentBlocks,
                hashTrees: shape.hashTrees, attributes: shape.attributes,
                attributeBlocks: layout.attributeBlocks, free: gaps))
    }

    private func journalBlocks(_ blockCount: UInt64) throws(PlanError) -> UInt32 {
        switch options.journal {
        case .none: return 0
        case .automatic: return JournalSize.automatic(blockCount: blockCount)
        case .blocks(let blocks):
            guard JournalSize.allowed.contains(UInt64(blocks)) else {
                throw .journalSize(blocks: UInt64(blocks), allowed: JournalSize.allowed)
            }
            return blocks
        }
    }

    /// Blocks that the kernel may need for the extent tree of one file that fills all the gaps.
    ///
    /// It never allocates across a group's end, so each gap is counted once for each group; it may
    /// cut what it allocates within a group, for which four extents to a group are allowed.
    private static func mappingBlocks(_ gaps: [Range<UInt64>]) -> UInt64 {
        let pieces = gaps.reduce(0) { count, gap in
            let first = gap.lowerBound / Geometry.blocksPerGroup
            let last = (gap.upperBound - 1) / Geometry.blocksPerGroup
            return count + Int(last - first) + 1
        }
        return UInt64(ExtentTree.blockCount(extentCount: 4 * pieces + 1))
    }
}

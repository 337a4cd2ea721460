internal import SourceTree

/// One attempt to give everything a place in a file system of a given geometry.
///
/// The order of the requests is the layout: the block of inode 7, the journal, all directories, then
/// links and attributes, then data, each in the order of the files; extent blocks last, since only
/// then it is known which files need them.
struct Layout {
    private(set) var journal: [Extent] = []
    private(set) var journalExtentBlocks: [UInt64] = []
    private(set) var resizeBlock: UInt64 = 0
    private(set) var extents: [Extent] = []
    private(set) var firstExtent: [UInt32] = []
    private(set) var extentBlocks: [UInt32: [UInt64]] = [:]
    private(set) var attributeBlocks: [UInt32: UInt64] = [:]
    private(set) var usage = BlockUsage()
    private(set) var space: FreeSpace

    /// Nil where the blocks do not suffice.
    init?(
        geometry: Geometry, tree: SourceTree, order: FileOrder, data: DataMap, shape: TreeShape,
        journalBlocks: UInt32
    ) {
        space = FreeSpace(geometry)
        usage.inodeTables = geometry.inodeTableBlocks * UInt64(geometry.groupCount)
        usage.fileSystem = geometry.metadataBlockCount - usage.inodeTables + 1
        guard let resize = space.take(1)?.first else { return nil }
        resizeBlock = resize.lowerBound
        guard let pieces = space.take(UInt64(journalBlocks)) else { return nil }
        Self.append(pieces, to: &journal)
        let journalTree = UInt64(ExtentTree.blockCount(extentCount: journal.count))
        guard let treePieces = space.take(journalTree) else { return nil }
        journalExtentBlocks = treePieces.flatMap { Array($0) }
        usage.journal = UInt64(journalBlocks) + journalTree

        var small: [UInt32: [Range<UInt64>]] = [:]
        guard placeDirectories(tree, order, shape, &small),
            placeLinksAndAttributes(tree, order, shape, &small),
            placeData(tree, order, data, shape, small),
            placeExtentBlocks()
        else { return nil }
    }

    private mutating func placeDirectories(
        _ tree: SourceTree, _ order: FileOrder, _ shape: TreeShape,
        _ placed: inout [UInt32: [Range<UInt64>]]
    ) -> Bool {
        for (file, node) in order.nodes.enumerated() where tree.nodes[Int(node)].kind == .directory
        {
            let count = UInt64(shape.blockCounts[file])
            guard let pieces = space.take(count) else { return false }
            placed[UInt32(file)] = pieces
            usage.directories += count
        }
        return true
    }

    private mutating func placeLinksAndAttributes(
        _ tree: SourceTree, _ order: FileOrder, _ shape: TreeShape,
        _ placed: inout [UInt32: [Range<UInt64>]]
    ) -> Bool {
        for (file, node) in order.nodes.enumerated() {
            if tree.nodes[Int(node)].kind == .symbolicLink, shape.blockCounts[file] > 0 {
                guard let pieces = space.take(1) else { return false }
                placed[UInt32(file)] = pieces
                usage.linksAndAttributes += 1
            }
            guard !shape.attributes.isEmpty, let attributes = shape.attributes[UInt32(file)],
                !attributes.inBlock.isEmpty
            else { continue }
            guard let block = space.take(1)?.first else { return false }
            attributeBlocks[UInt32(file)] = block.lowerBound
            usage.linksAndAttributes += 1
        }
        return true
    }

    private mutating func placeData(
        _ tree: SourceTree, _ order: FileOrder, _ data: DataMap, _ shape: TreeShape,
        _ placed: [UInt32: [Range<UInt64>]]
    ) -> Bool {
        firstExtent.reserveCapacity(order.nodes.count + 1)
        extents.reserveCapacity(order.nodes.count)
        for (file, node) in order.nodes.enumerated() {
            firstExtent.append(UInt32(extents.count))
            let count = UInt64(shape.blockCounts[file])
            guard count > 0 else { continue }
            guard tree.nodes[Int(node)].kind == .regular else {
                Self.append(placed[UInt32(file)] ?? [], to: &extents)
                continue
            }
            guard let pieces = space.take(count) else { return false }
            usage.data += count
            if let runs = data.sparseRuns(of: file) {
                Self.append(pieces, runs: runs, to: &extents)
            } else {
                Self.append(pieces, to: &extents)
            }
        }
        firstExtent.append(UInt32(extents.count))
        return true
    }

    private mutating func placeExtentBlocks() -> Bool {
        for file in 0..<firstExtent.count - 1 {
            let count = Int(firstExtent[file + 1] - firstExtent[file])
            guard count > ExtentTree.entriesInInode else { continue }
            let blocks = UInt64(ExtentTree.blockCount(extentCount: count))
            guard let pieces = space.take(blocks) else { return false }
            extentBlocks[UInt32(file)] = pieces.flatMap { Array($0) }
            usage.extentTrees += blocks
        }
        return true
    }

    /// Extents for blocks of a file from its start on.
    private static func append(_ pieces: [Range<UInt64>], to extents: inout [Extent]) {
        let count = pieces.reduce(0) { $0 + UInt32($1.count) }
        append(pieces, runs: [DataMap.Run(start: 0, count: count)], to: &extents)
    }

    /// Extents for the runs of a file, laid over pieces of the image: cut where either ends, and
    /// where one would be longer than an extent can be.
    private static func append(
        _ pieces: [Range<UInt64>], runs: [DataMap.Run], to extents: inout [Extent]
    ) {
        var pieces = pieces[...]
        var piece = pieces.popFirst() ?? 0..<0
        for run in runs {
            var start = run.start
            var left = UInt64(run.count)
            while left > 0 {
                if piece.isEmpty {
                    guard let next = pieces.popFirst() else { return }
                    piece = next
                }
                let count = min(left, UInt64(piece.count), Extent.maximumCount)
                extents.append(
                    Extent(fileBlock: start, count: UInt32(count), imageBlock: piece.lowerBound))
                piece = piece.lowerBound + count..<piece.upperBound
                start += UInt32(count)
                left -= count
            }
        }
    }
}

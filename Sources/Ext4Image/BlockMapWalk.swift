public import Ext4Layout
internal import ImageBytes

extension Ext4Image {
    /// No file's map has more nodes than this: with 340 extents in each, 44 million extents.
    public static let mapNodeLimit = 1 << 17

    /// Walks an inode's map in the order of the file: extents or block numbers.
    ///
    /// Inline data, short symlinks and device nodes have no map; the caller knows them by the inode.
    /// Nodes are bounded by ``mapNodeLimit`` and by their depth, so that a map that loops ends; a
    /// caller that walks many inodes keeps its own account of nodes seen and answers false.
    ///
    /// - Parameters:
    ///   - inode: whose map.
    ///   - body: told what is met; false ends the walk, or leaves out a node's part.
    public func walkMap(of inode: borrowing Inode, _ body: (MapEvent) -> Bool) {
        var nodes = 0
        if inode.flags.contains(.extents) {
            let root = inode.blockArea
            _ = walkExtents(
                root, expectedDepth: nil, bounds: 0..<1 << 32, nodes: &nodes, body)
        } else {
            walkIndirect(inode, nodes: &nodes, body)
        }
    }

    /// Walks one node and what is below it; false once the caller wants no more.
    private func walkExtents(
        _ slice: ImageSlice, expectedDepth: UInt16?, bounds: Range<UInt64>, nodes: inout Int,
        _ body: (MapEvent) -> Bool
    ) -> Bool {
        let node = ExtentNode(slice)
        if let flaw = flaw(of: node, expectedDepth: expectedDepth) {
            return body(.flaw(flaw))
        }
        var next = bounds.lowerBound
        for index in 0..<node.entryCount {
            let goesOn =
                node.header.depth == 0
                ? report(node.leaf(index), at: index, of: node, next: &next, body)
                : descend(
                    node.index(index),
                    end: index + 1 < node.entryCount
                        ? UInt64(node.index(index + 1).logical) : bounds.upperBound,
                    depth: node.header.depth - 1, origin: entryOrigin(node, index), next: &next,
                    nodes: &nodes, body)
            if !goesOn { return false }
        }
        return true
    }

    private func flaw(of node: borrowing ExtentNode, expectedDepth: UInt16?) -> FormatError? {
        let header = node.header
        let slice = node.slice
        if header.magic != ExtentHeader.magic {
            return slice.error(
                ExtentHeader.Fields.magic,
                .badMagic(found: UInt32(header.magic), expected: UInt32(ExtentHeader.magic)))
        }
        let depths = expectedDepth.map { $0...$0 } ?? 0...ExtentHeader.depthLimit
        if !depths.contains(header.depth) {
            return slice.error(
                ExtentHeader.Fields.depth,
                .outOfRange(
                    value: UInt64(header.depth),
                    allowed: UInt64(depths.lowerBound)...UInt64(depths.upperBound)))
        }
        if Int(header.maximum) > node.capacity {
            return slice.error(
                ExtentHeader.Fields.maximum,
                .outOfRange(value: UInt64(header.maximum), allowed: 0...UInt64(node.capacity)))
        }
        if header.entries > header.maximum {
            return slice.error(
                ExtentHeader.Fields.entries,
                .outOfRange(value: UInt64(header.entries), allowed: 0...UInt64(header.maximum)))
        }
        return nil
    }

    private func entryOrigin(_ node: borrowing ExtentNode, _ index: Int) -> UInt64 {
        node.slice.origin + UInt64(ExtentHeader.byteCount + index * ExtentLeaf.byteCount)
    }

    private func report(
        _ leaf: ExtentLeaf, at index: Int, of node: borrowing ExtentNode, next: inout UInt64,
        _ body: (MapEvent) -> Bool
    ) -> Bool {
        let origin = entryOrigin(node, index)
        let run = BlockRun(
            logical: UInt64(leaf.logical), physical: leaf.physical, length: UInt64(leaf.length),
            isUnwritten: leaf.isUnwritten)
        if run.length == 0 {
            return body(
                .flaw(
                    FormatError("ee_len", at: origin + 4, .outOfRange(value: 0, allowed: 1...32768))
                ))
        }
        if run.logical < next {
            return body(
                .flaw(
                    FormatError(
                        "ee_block", at: origin,
                        .contradiction("overlaps the extent before it", run.logical, next))))
        }
        next = run.logicalEnd
        guard run.physical != 0, isInside(run.physical, run.length) else {
            return body(
                .flaw(
                    FormatError(
                        "ee_start", at: origin + 8,
                        .outside(value: run.physical, limit: geometry.blockCount))))
        }
        return body(.run(run))
    }

    private func descend(
        _ entry: ExtentIndex, end: UInt64, depth: UInt16, origin: UInt64, next: inout UInt64,
        nodes: inout Int, _ body: (MapEvent) -> Bool
    ) -> Bool {
        let logical = UInt64(entry.logical)
        guard logical >= next, logical < end else {
            return body(
                .flaw(
                    FormatError(
                        "ei_block", at: origin, .contradiction("is not in order", logical, next))))
        }
        next = logical + 1
        nodes += 1
        guard nodes <= Self.mapNodeLimit else {
            _ = body(
                .flaw(
                    FormatError(
                        "extent tree", at: origin,
                        .outOfRange(value: UInt64(nodes), allowed: 0...UInt64(Self.mapNodeLimit)))))
            return false
        }
        guard entry.child != 0, let child = block(entry.child) else {
            return body(
                .flaw(
                    FormatError(
                        "ei_leaf", at: origin + 4,
                        .outside(value: entry.child, limit: geometry.blockCount))))
        }
        let node = MapNode(
            block: entry.child, level: Int(depth), logical: logical, isExtents: true)
        guard body(.node(node)) else { return true }
        return walkExtents(
            child, expectedDepth: depth, bounds: logical..<end, nodes: &nodes, body)
    }

    /// Whether blocks lie inside the file system.
    func isInside(_ start: UInt64, _ length: UInt64) -> Bool {
        start >= geometry.firstDataBlock && start < geometry.blockCount
            && length <= geometry.blockCount - start
    }
}

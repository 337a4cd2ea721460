internal import Ext4Layout
internal import ImageBytes

extension Ext4Image {
    /// Walks the 12 direct block numbers and the three trees after them.
    func walkIndirect(
        _ inode: borrowing Inode, nodes: inout Int, _ body: (MapEvent) -> Bool
    ) {
        var pending = PendingRun()
        let area = inode.blockArea
        let perBlock = UInt64(geometry.blockSize / 4)
        var logical: UInt64 = 0
        for index in 0..<12 {
            let place = area.origin + UInt64(index * 4)
            let pointer = area[Field<UInt32>("i_block", at: index * 4)]
            guard add(pointer, at: place, logical: logical, &pending, body) else { return }
            logical += 1
        }
        var span: UInt64 = 1
        for level in 0..<3 {
            span *= perBlock
            let place = area.origin + UInt64((12 + level) * 4)
            let pointer = area[Field<UInt32>("i_block", at: (12 + level) * 4)]
            let goesOn = descend(
                pointer, at: place, level: level, logical: logical, &pending, nodes: &nodes, body)
            guard goesOn else { return }
            logical += span
        }
        _ = pending.flush(body)
    }

    /// Walks the tree below one block of block numbers; false once the caller wants no more.
    private func descend(
        _ pointer: UInt32, at place: UInt64, level: Int, logical: UInt64,
        _ pending: inout PendingRun, nodes: inout Int, _ body: (MapEvent) -> Bool
    ) -> Bool {
        guard pointer != 0 else { return true }
        guard pending.flush(body) else { return false }
        nodes += 1
        guard nodes <= Self.mapNodeLimit else {
            _ = body(
                .flaw(
                    FormatError(
                        "block map", at: place,
                        .outOfRange(value: UInt64(nodes), allowed: 0...UInt64(Self.mapNodeLimit)))))
            return false
        }
        guard isInside(UInt64(pointer), 1), let block = block(UInt64(pointer)) else {
            return body(.flaw(outside(pointer, place)))
        }
        let node = MapNode(
            block: UInt64(pointer), level: level, logical: logical, isExtents: false)
        guard body(.node(node)) else { return true }
        var logical = logical
        var span: UInt64 = 1
        for _ in 0..<level { span *= UInt64(geometry.blockSize / 4) }
        for index in 0..<geometry.blockSize / 4 {
            let place = block.origin + UInt64(index * 4)
            let pointer = block[Field<UInt32>("indirect block", at: index * 4)]
            let goesOn =
                level == 0
                ? add(pointer, at: place, logical: logical, &pending, body)
                : descend(
                    pointer, at: place, level: level - 1, logical: logical, &pending,
                    nodes: &nodes, body)
            guard goesOn else { return false }
            logical += span
        }
        return pending.flush(body)
    }

    private func add(
        _ pointer: UInt32, at place: UInt64, logical: UInt64, _ pending: inout PendingRun,
        _ body: (MapEvent) -> Bool
    ) -> Bool {
        guard pointer != 0 else { return true }
        guard isInside(UInt64(pointer), 1) else {
            return pending.flush(body) && body(.flaw(outside(pointer, place)))
        }
        return pending.add(logical: logical, physical: UInt64(pointer), body)
    }

    private func outside(_ pointer: UInt32, _ place: UInt64) -> FormatError {
        FormatError(
            "block number", at: place, .outside(value: UInt64(pointer), limit: geometry.blockCount))
    }
}

/// Joins block numbers that follow each other into one run.
private struct PendingRun {
    private var run: BlockRun?

    mutating func add(logical: UInt64, physical: UInt64, _ body: (MapEvent) -> Bool) -> Bool {
        if let last = run, logical == last.logicalEnd, physical == last.physical + last.length {
            run = BlockRun(
                logical: last.logical, physical: last.physical, length: last.length + 1)
            return true
        }
        guard flush(body) else { return false }
        run = BlockRun(logical: logical, physical: physical, length: 1)
        return true
    }

    mutating func flush(_ body: (MapEvent) -> Bool) -> Bool {
        guard let last = run else { return true }
        run = nil
        return body(.run(last))
    }
}

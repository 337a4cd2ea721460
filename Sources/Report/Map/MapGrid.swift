internal import Ext4Layout

/// Where every block is drawn: strips, one for each block group, of rows of cells.
///
/// A cell stands for so many blocks, a power of two, that the whole image has no more cells than a
/// limit; where there are too many groups for a strip each, a strip has several.
struct MapGrid {
    /// Cells in a row.
    static let columns = 128
    /// More strips than this cannot be told apart.
    static let stripLimit = 256

    /// Blocks that one cell stands for.
    let blocksPerCell: UInt64
    /// Groups that one strip stands for.
    let groupsPerStrip: Int
    /// The strips in the order of their blocks, without gaps between them.
    let strips: [Strip]
    /// Cells of all strips together.
    let cellCount: Int

    /// Groups that lie together, drawn as rows of cells.
    struct Strip {
        let groups: Range<Int>
        let blocks: Range<UInt64>
        /// Blocks before group 0, which the first cell has beside its own.
        let lead: UInt64
        /// The number of its first cell among those of all strips.
        let firstCell: Int
        let cellCount: Int
        /// The number of its first row among those of all strips.
        let firstRow: Int

        var rowCount: Int { (cellCount + MapGrid.columns - 1) / MapGrid.columns }
    }

    init(_ geometry: Geometry, cellLimit: Int) {
        let groupCount = geometry.groupCount
        groupsPerStrip = (groupCount + Self.stripLimit - 1) / Self.stripLimit
        var groups: [Range<Int>] = []
        var next = 0
        while next < groupCount {
            groups.append(next..<min(next + groupsPerStrip, groupCount))
            next += groupsPerStrip
        }
        let ranges = groups.map { part in
            // What lies before group 0 is drawn with it.
            let start =
                part.lowerBound == 0
                ? 0 : geometry.blocks(ofGroup: part.lowerBound).lowerBound
            return start..<geometry.blocks(ofGroup: part.upperBound - 1).upperBound
        }
        var size: UInt64 = 1
        func lead(_ range: Range<UInt64>) -> UInt64 {
            range.lowerBound == 0 ? geometry.firstDataBlock : 0
        }
        func cells(_ range: Range<UInt64>) -> Int {
            Int((UInt64(range.count) - lead(range) + size - 1) / size)
        }
        // Ends once a cell holds a whole strip: there are fewer strips than cells.
        while ranges.reduce(0, { $0 + cells($1) }) > max(cellLimit, Self.stripLimit) { size *= 2 }
        blocksPerCell = size
        var strips: [Strip] = []
        var cell = 0
        var row = 0
        for (groups, blocks) in zip(groups, ranges) {
            let strip = Strip(
                groups: groups, blocks: blocks, lead: lead(blocks), firstCell: cell,
                cellCount: cells(blocks), firstRow: row)
            strips.append(strip)
            cell += strip.cellCount
            row += strip.rowCount
        }
        self.strips = strips
        cellCount = cell
    }

    /// The strip of a block that lies inside the file system.
    func strip(of block: UInt64) -> Int {
        var low = 0
        var high = strips.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if strips[middle].blocks.lowerBound <= block { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// The blocks of a strip's cell, counted from 0 in the strip.
    func blocks(ofCell cell: Int, in strip: Strip) -> Range<UInt64> {
        let first = strip.blocks.lowerBound + strip.lead
        let start = first + UInt64(cell) * blocksPerCell
        let end = min(start + blocksPerCell, strip.blocks.upperBound)
        return (cell == 0 ? strip.blocks.lowerBound : start)..<end
    }

    /// Cuts blocks at the borders of cells: the number of the cell among all, and how many of the
    /// blocks lie in it.
    func forEachCell(of blocks: Range<UInt64>, _ body: (_ cell: Int, _ count: UInt64) -> Void) {
        guard let last = strips.last else { return }
        let blocks = blocks.clamped(to: 0..<last.blocks.upperBound)
        guard !blocks.isEmpty else { return }
        var index = strip(of: blocks.lowerBound)
        var next = blocks.lowerBound
        while next < blocks.upperBound {
            let strip = strips[index]
            let first = strip.blocks.lowerBound + strip.lead
            let cell = next < first ? 0 : Int((next - first) / blocksPerCell)
            let end = min(self.blocks(ofCell: cell, in: strip).upperBound, blocks.upperBound)
            body(strip.firstCell + cell, end - next)
            next = end
            if next == strip.blocks.upperBound { index += 1 }
        }
    }
}

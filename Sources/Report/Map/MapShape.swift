/// Coordinates of a map's cells, and the shapes that are made of them.
struct MapShape {
    /// The side of a cell.
    static let cell = 8
    /// Room for the number of the group, left of a strip.
    static let margin = 64
    /// Between two strips.
    static let gap = 4
    /// Parts that a cell of several classes is divided into; the line between cells takes one more.
    static let parts = 7

    static var width: Int { margin + MapGrid.columns * cell }

    let grid: MapGrid
    /// Where the first strip starts.
    let top: Int

    /// Where the last strip ends.
    var bottom: Int {
        guard let last = grid.strips.last else { return top }
        return y(last.rowCount, grid.strips.count - 1, last)
    }

    /// Where a strip starts.
    func top(ofStrip index: Int) -> Int { y(0, index, grid.strips[index]) }

    /// Where a row of a strip starts.
    private func y(_ row: Int, _ index: Int, _ strip: MapGrid.Strip) -> Int {
        top + (strip.firstRow + row) * Self.cell + index * Self.gap
    }

    /// The outline of cells of a strip that follow each other: three boxes at most.
    func outline(_ cells: Range<Int>, ofStrip index: Int) -> String {
        let strip = grid.strips[index]
        var text = ""
        var next = cells.lowerBound
        while next < cells.upperBound {
            let (row, column) = next.quotientAndRemainder(dividingBy: MapGrid.columns)
            var rows = 1
            var end = min((row + 1) * MapGrid.columns, cells.upperBound)
            if column == 0, cells.upperBound - next >= MapGrid.columns {
                rows = (cells.upperBound - next) / MapGrid.columns
                end = next + rows * MapGrid.columns
            }
            let columns = rows > 1 ? MapGrid.columns : end - next
            text += Self.box(
                Self.margin + column * Self.cell, y(row, index, strip), columns * Self.cell,
                rows * Self.cell)
            next = end
        }
        return text
    }

    /// The outline of a part of one cell.
    func outline(_ cell: Int, ofStrip index: Int, parts: Range<Int>) -> String {
        let strip = grid.strips[index]
        let (row, column) = cell.quotientAndRemainder(dividingBy: MapGrid.columns)
        let end = parts.upperBound == Self.parts ? Self.cell : parts.upperBound
        return Self.box(
            Self.margin + column * Self.cell + parts.lowerBound, y(row, index, strip),
            end - parts.lowerBound, Self.cell)
    }

    private static func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> String {
        "M\(x) \(y)h\(width)v\(height)h-\(width)z"
    }
}

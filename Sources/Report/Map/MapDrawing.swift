internal import Ext4Image

/// Draws the strips of a map as SVG shapes, without the document around them.
struct MapDrawing {
    let cells: MapCells
    let shape: MapShape
    private var titles: MapTitles
    private(set) var svg = ""

    init(_ cells: MapCells, titles: MapTitles, top: Int) {
        self.cells = cells
        self.titles = titles
        shape = MapShape(grid: cells.grid, top: top)
    }

    /// Draws every strip: its name, then its cells from the first to the last.
    mutating func draw() {
        for (index, strip) in cells.grid.strips.enumerated() {
            svg += "<text x=\"\(MapShape.margin - 8)\" y=\"\(shape.top(ofStrip: index) + 8)\""
            svg += " text-anchor=\"end\">\(Self.name(strip))</text>\n"
            var next = 0
            while next < strip.cellCount {
                let end = endOfRun(from: next, strip)
                draw(next..<end, index, strip)
                next = end
            }
        }
    }

    /// Draws the cells that differ over what is there.
    ///
    /// - Parameters:
    ///   - marks: blocks and the number of their cause; they may come in any order.
    ///   - names: what the causes are called.
    mutating func mark(_ marks: [MapMark], names: [String]) {
        var tallies: [Int: [Int: UInt64]] = [:]
        for mark in marks {
            cells.grid.forEachCell(of: mark.blocks) { cell, count in
                tallies[cell, default: [:]][mark.cause, default: 0] += count
            }
        }
        for (index, strip) in cells.grid.strips.enumerated() {
            for cell in 0..<strip.cellCount {
                guard let tally = tallies[strip.firstCell + cell] else { continue }
                // The lowest number wins where two causes have as many blocks.
                let causes = tally.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                guard let first = causes.first else { continue }
                let sum = causes.reduce(0) { $0 + $1.value }
                let blocks = cells.grid.blocks(ofCell: cell, in: strip)
                let words = causes.map { cause in
                    (names.indices.contains(cause.key) ? names[cause.key] : "?")
                        + (causes.count > 1 ? " \(cause.value)" : "")
                }
                let title =
                    (blocks.count == 1 ? "" : "\(sum) differ: ") + words.joined(separator: ", ")
                    + "\n" + titles.title(blocks, cells.cells[strip.firstCell + cell])
                svg += "<a href=\"#cause-\(first.key)\"><path class=\"x x\(first.key)\" d=\""
                svg += shape.outline(cell..<cell + 1, ofStrip: index)
                svg += "\"><title>\(XMLText.escape(title))</title></path></a>\n"
            }
        }
    }

    private static func name(_ strip: MapGrid.Strip) -> String {
        strip.groups.count == 1
            ? "\(strip.groups.lowerBound)"
            : "\(strip.groups.lowerBound)–\(strip.groups.upperBound - 1)"
    }

    /// Where the cells end that look and are named like this one.
    private func endOfRun(from start: Int, _ strip: MapGrid.Strip) -> Int {
        let first = cells.cells[strip.firstCell + start]
        var end = start + 1
        guard let kind = first.only, first.ownerCount <= 1 else { return end }
        while end < strip.cellCount {
            let cell = cells.cells[strip.firstCell + end]
            guard cell.only == kind, cell.ownerCount == first.ownerCount else { return end }
            if let one = first.owners.first, let other = cell.owners.first,
                !one.isSameFile(as: other)
            {
                return end
            }
            end += 1
        }
        return end
    }

    private mutating func draw(_ run: Range<Int>, _ index: Int, _ strip: MapGrid.Strip) {
        let cell = cells.cells[strip.firstCell + run.lowerBound]
        let blocks =
            cells.grid.blocks(ofCell: run.lowerBound, in: strip).lowerBound
            ..< cells.grid.blocks(ofCell: run.upperBound - 1, in: strip).upperBound
        let title = "<title>\(XMLText.escape(titles.title(blocks, cell)))</title>"
        if let kind = cell.only {
            svg += "<path class=\"\(kind.name)\" d=\"\(shape.outline(run, ofStrip: index))\">"
            svg += title + "</path>\n"
            return
        }
        svg += "<g>\(title)"
        var next = 0
        for share in cell.shares(of: MapShape.parts) {
            let part = next..<next + share.parts
            svg += "<path class=\"\(share.kind.name)\" d=\""
            svg += shape.outline(run.lowerBound, ofStrip: index, parts: part) + "\"/>"
            next = part.upperBound
        }
        svg += "</g>\n"
    }
}

/// Blocks that differ, and why.
struct MapMark: Equatable {
    let blocks: Range<UInt64>
    /// The number of the cause among those of the report.
    let cause: Int
}

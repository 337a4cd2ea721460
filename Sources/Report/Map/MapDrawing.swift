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

    /// What was drawn so far, as a layer of its own.
    mutating func takeSVG() -> String {
        defer { svg = "" }
        return svg
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
        let tallies = MarkTallies(marks, grid: cells.grid)
        for (index, strip) in cells.grid.strips.enumerated() {
            var next = 0
            while next < strip.cellCount {
                guard let causes = tallies.causes(ofCell: strip.firstCell + next) else {
                    next += 1
                    continue
                }
                // Neighbours of one owner that differ for the same reasons are one shape.
                let limit = endOfRun(from: next, strip)
                var end = next + 1
                var sum = tallies.blocks(ofCell: strip.firstCell + next)
                while end < limit, tallies.causes(ofCell: strip.firstCell + end) == causes {
                    sum += tallies.blocks(ofCell: strip.firstCell + end)
                    end += 1
                }
                draw(next..<end, index, strip, causes, names, sum)
                next = end
            }
        }
    }

    private mutating func draw(
        _ run: Range<Int>, _ index: Int, _ strip: MapGrid.Strip, _ causes: [MarkTallies.Key],
        _ names: [String], _ sum: UInt64
    ) {
        let blocks = blocks(of: run, in: strip)
        let words = causes.map { ($0.follows ? "follows from " : "") + names[$0.cause] }
            .joined(separator: ", ")
        let title =
            (sum == UInt64(blocks.count) ? words : "\(words): \(sum) differ") + "\n"
            + titles.title(blocks, cells.cells[strip.firstCell + run.lowerBound])
        let name = names[causes[0].cause]
        svg +=
            "<a href=\"#\(name)\"><path class=\"x x-\(name)\(causes[0].follows ? " f" : "")\" d=\""
        svg += shape.outline(run, ofStrip: index)
        svg += "\"><title>\(XMLText.escape(title))</title></path></a>\n"
    }

    private func blocks(of run: Range<Int>, in strip: MapGrid.Strip) -> Range<UInt64> {
        let first = cells.grid.blocks(ofCell: run.lowerBound, in: strip)
        let last = cells.grid.blocks(ofCell: run.upperBound - 1, in: strip)
        return first.lowerBound..<last.upperBound
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
        let words = titles.title(blocks(of: run, in: strip), cell)
        let title = "<title>\(XMLText.escape(words))</title>"
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

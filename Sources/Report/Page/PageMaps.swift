internal import Difference
internal import Ext4Image
internal import Golden

/// The two images drawn as maps, the blocks that differ marked by their causes.
struct PageMaps {
    /// Cells of each map at most: two of them make one page.
    private static let cellLimit = 8_192

    private let difference: ImageDifference
    private let order: PageCauseOrder

    init(_ difference: ImageDifference, _ order: PageCauseOrder) {
        self.difference = difference
        self.order = order
    }

    private var causes: [Cause.Name] { order.names }

    /// A switch between two figures, and what their colours mean; empty where nothing was read.
    var html: String {
        guard let sides = difference.sides else { return "" }
        let before = drawing(sides.before)
        let after = drawing(sides.after)
        var html = "<section id=\"maps\"><h2>Where</h2>\n"
        html += "<p class=\"note\">\(PageText.escape(scale(before.cells.grid, after.cells.grid)))"
        html +=
            " Point at a cell for its blocks and files; a marked one leads to its cause, and is fainter"
        html += " where it follows from it.</p>\n"
        html += "<div class=\"maps\">\n"
        html += "<input type=\"radio\" name=\"side\" id=\"side-a\" checked>"
        html += "<label for=\"side-a\">Before</label>"
        html += "<input type=\"radio\" name=\"side\" id=\"side-b\">"
        html += "<label for=\"side-b\">After</label>\n"
        html += legend(before.cells, after.cells)
        html += "<svg class=\"defs\" aria-hidden=\"true\">\(ImageMap.gridPattern)</svg>\n"
        html += figure(before, "a", "before") + figure(after, "b", "after")
        return html + "</div></section>\n"
    }

    private func drawing(_ side: ImageDifference.Side) -> MapDrawing {
        let cells = MapCells(side.owners, cellLimit: Self.cellLimit)
        return MapDrawing(cells, titles: MapTitles(side.paths), top: 0)
    }

    private func scale(_ one: MapGrid, _ other: MapGrid) -> String {
        let (before, after) = (MapLegend.scale(one), MapLegend.scale(other))
        return before == after ? before : "Before: \(before) After: \(after)"
    }

    private func figure(_ drawing: MapDrawing, _ id: String, _ name: String) -> String {
        var drawing = drawing
        drawing.draw()
        let ground = drawing.takeSVG()
        drawing.mark(marks(drawing.cells), names: causes.map(\.rawValue))
        let shape = drawing.shape
        var html = "<figure id=\"map-\(id)\" class=\"\(name)\">"
        html += "<svg viewBox=\"0 0 \(MapShape.width) \(shape.bottom + 4)\" role=\"img\""
        html += " aria-label=\"Block map, \(name)\">\n"
        html += "<g class=\"ground-layer\">\n\(ground)</g>\n\(ImageMap.gridOverlay(shape))"
        html += "<g class=\"marks\">\n\(drawing.takeSVG())</g></svg></figure>\n"
        return html
    }

    /// The blocks that differ, in the blocks of one image. They are counted in the smaller unit.
    private func marks(_ cells: MapCells) -> [MapMark] {
        let unit = UInt64(difference.blockSize)
        let size = cells.blockSize
        return difference.runs.compactMap { run in
            guard let mark = order.mark(of: run), let last = run.blocks.last else { return nil }
            let (start, startOver) = run.blocks.lowerBound.multipliedReportingOverflow(by: unit)
            let (end, endOver) = last.multipliedReportingOverflow(by: unit)
            guard !startOver, !endOver, size > 0 else { return nil }
            return MapMark(
                blocks: start / size..<end / size + 1, cause: mark.cause, follows: mark.follows)
        }
    }

    private func legend(_ before: MapCells, _ after: MapCells) -> String {
        var html = "<ul class=\"legend\">"
        for cause in causes {
            html +=
                "<li class=\"key\"><a class=\"k-\(cause.rawValue)\" href=\"#\(cause.rawValue)\">"
            html += "<i class=\"chip c-\(cause.rawValue)\"></i>\(cause.rawValue)</a></li>"
        }
        html += "</ul>\n<ul class=\"legend quiet\">"
        for kind in MapClass.allCases
        where before.totals[kind.rawValue] + after.totals[kind.rawValue] > 0 {
            html += "<li><i class=\"chip b\(kind.rawValue)\"></i>\(kind.words)</li>"
        }
        return html + "</ul>\n"
    }
}

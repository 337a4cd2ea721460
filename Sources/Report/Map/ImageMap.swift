public import Ext4Image
internal import Ext4Layout
internal import HostSystem

/// An image drawn as a map, an SVG document: a strip for every block group, its blocks coloured by
/// their owners, with block numbers and paths where somebody points at them.
///
/// It needs no script and no network, and is a function of the image alone.
public struct ImageMap: Sendable {
    /// Cells at most, so that an image of any size gives a file that a browser shows at once.
    public static let cellLimit = 16_384

    /// The document.
    public let svg: String

    /// - Parameters:
    ///   - image: what to draw; it may be broken in any way.
    ///   - workers: threads; the map is the same for every number.
    public init(of image: Ext4Image, workers: Int) {
        let owners = OwnerMap(of: image, workers: workers)
        let cells = MapCells(owners, cellLimit: Self.cellLimit)
        let legend = MapLegend(cells, of: image, isTruncated: owners.isTruncated)
        var drawing = MapDrawing(
            cells, titles: MapTitles(PathIndex(of: image, workers: workers)), top: legend.height)
        drawing.draw()
        let shape = drawing.shape
        let height = shape.bottom + 16
        svg = """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(MapShape.width + 16) \(height)" \
            role="img" aria-label="Block map">
            <title>\(XMLText.escape(legend.title))</title>
            <style>\(Self.style)</style>
            \(Self.gridPattern)
            <rect class="ground" width="100%" height="100%"/>
            \(legend.svg)\
            \(drawing.svg)\
            \(Self.gridOverlay(shape))</svg>

            """
    }

    /// The lines between cells: a pattern, since a line each would double the file.
    static let gridPattern = """
        <defs><pattern id="lines" width="\(MapShape.cell)" height="\(MapShape.cell)" \
        patternUnits="userSpaceOnUse"><path class="ground" \
        d="M\(MapShape.cell - 1) 0h1v\(MapShape.cell)h-\(MapShape.cell)v-1h\(MapShape.cell - 1)z"/>\
        </pattern></defs>
        """

    static func gridOverlay(_ shape: MapShape) -> String {
        var svg = ""
        for (index, strip) in shape.grid.strips.enumerated() {
            // The pattern starts with the picture, a strip anywhere: it is moved to its place.
            svg += "<g transform=\"translate(\(MapShape.margin) \(shape.top(ofStrip: index)))\">"
            svg += "<rect fill=\"url(#lines)\" pointer-events=\"none\""
            svg += " width=\"\(MapGrid.columns * MapShape.cell)\""
            svg += " height=\"\(strip.rowCount * MapShape.cell)\"/></g>\n"
        }
        return svg
    }

    /// Plain rules first, for viewers that know neither media queries nor variables.
    private static var style: String {
        var light = "svg{background:#fff}.ground{fill:#fff}"
        light += "text{fill:#1d1f21;font:11px ui-monospace,monospace}"
        light += ".quiet{fill:#5c6166}.head{font:600 15px ui-sans-serif,system-ui,sans-serif}"
        var dark = "svg{background:#16181a}.ground{fill:#16181a}"
        dark += "text{fill:#e6e6e3}.quiet{fill:#9da3a8}"
        for kind in MapClass.allCases {
            light += ".\(kind.name){fill:\(kind.colours.light)}"
            dark += ".\(kind.name){fill:\(kind.colours.dark)}"
        }
        light += "path:hover,g:hover>path{stroke:#1d1f21;stroke-width:1}"
        dark += "path:hover,g:hover>path{stroke:#fff}"
        return light + "@media(prefers-color-scheme:dark){" + dark + "}"
    }
}

internal import Ext4Image
internal import Ext4Layout
internal import HostSystem
internal import ImageBytes

/// The head of a map: what image it is, and what its colours mean.
struct MapLegend {
    /// Where the map below it starts.
    let height: Int
    /// The image in one line.
    let title: String
    private(set) var svg = ""

    private static let columns = 5
    private static let columnWidth = 200

    init(_ cells: MapCells, of image: Ext4Image, isTruncated: Bool) {
        let geometry = image.geometry
        let label = image.superblock[Superblock.Fields.volumeName].prefix { $0 != 0 }
        let name = label.isEmpty ? "ext4 file system" : "\(EscapedName(label))"
        title = name
        let size = geometry.blockCount.multipliedReportingOverflow(by: UInt64(geometry.blockSize))
        var lines = [
            "\(Format.bytes(size.partialValue)), \(Format.count(geometry.blockCount)) blocks of "
                + "\(Format.count(geometry.blockSize)) bytes, \(Format.count(geometry.groupCount)) "
                + (geometry.groupCount == 1 ? "block group" : "block groups"),
            Self.scale(cells.grid),
        ]
        if isTruncated { lines.append("Not all owners are known: there are too many.") }
        let kinds = MapClass.allCases.filter { cells.totals[$0.rawValue] > 0 }
        var y = 30
        svg += "<text class=\"head\" x=\"\(MapShape.margin)\" y=\"\(y)\">"
        svg += "\(XMLText.escape(title))</text>\n"
        for line in lines {
            y += 18
            svg += "<text class=\"quiet\" x=\"\(MapShape.margin)\" y=\"\(y)\">"
            svg += "\(XMLText.escape(line))</text>\n"
        }
        y += 16
        for (index, kind) in kinds.enumerated() {
            let x = MapShape.margin + index % Self.columns * Self.columnWidth
            let top = y + index / Self.columns * 18
            svg +=
                "<rect class=\"\(kind.name)\" x=\"\(x)\" y=\"\(top)\" width=\"10\" height=\"10\"/>"
            svg += "<text x=\"\(x + 16)\" y=\"\(top + 9)\">\(kind.words) "
            svg += "<tspan class=\"quiet\">\(Format.count(cells.totals[kind.rawValue]))"
            svg += "</tspan></text>\n"
        }
        height = y + (kinds.count + Self.columns - 1) / Self.columns * 18 + 12
    }

    /// What a cell and a strip stand for.
    static func scale(_ grid: MapGrid) -> String {
        let blocks = grid.blocksPerCell
        let groups = grid.groupsPerStrip
        return "A cell is \(blocks == 1 ? "one block" : "\(Format.count(blocks)) blocks"), "
            + "a strip \(groups == 1 ? "one group" : "\(Format.count(groups)) groups")."
    }
}

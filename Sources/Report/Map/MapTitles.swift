internal import Ext4Image
internal import HostSystem

/// What a map shows of a cell where somebody points at it: blocks, owners, paths.
struct MapTitles {
    private let paths: PathIndex
    /// Parts of paths that are still looked up; a hostile image has deep paths for every cell.
    private var partsLeft = 2_000_000
    private var known: [UInt32: String] = [:]

    /// No path is shown with more characters.
    static let pathLimit = 100

    init(_ paths: PathIndex) { self.paths = paths }

    /// `blocks 32 to 63: data 30, directories 2 (/bin/ls, /bin/cat and 4 more)`.
    mutating func title(_ blocks: Range<UInt64>, _ cell: MapCells.Cell) -> String {
        var text = Self.range(blocks) + ": " + Self.classes(cell)
        guard !cell.owners.isEmpty else { return text }
        text += " (" + cell.owners.map { words($0) }.joined(separator: ", ")
        let more = cell.ownerCount - cell.owners.count
        if more > 0 { text += " and \(more) more" }
        return text + ")"
    }

    /// The blocks of a range, in words.
    static func range(_ blocks: Range<UInt64>) -> String {
        blocks.count == 1
            ? "block \(blocks.lowerBound)"
            : "blocks \(blocks.lowerBound) to \(blocks.upperBound - 1)"
    }

    private static func classes(_ cell: MapCells.Cell) -> String {
        if let only = cell.only { return only.words }
        return MapClass.allCases.filter { cell.counts[$0.rawValue] > 0 }
            .map { "\($0.words) \(cell.counts[$0.rawValue])" }.joined(separator: ", ")
    }

    private mutating func words(_ owner: BlockOwner) -> String {
        switch owner {
        case .content(let inode, _, let isUnwritten):
            name(inode) + (isUnwritten ? ", unwritten" : "")
        case .mapNode(let inode, _, _), .xattrs(let inode): name(inode)
        case .bootArea: "boot area"
        case .superblock(0): "primary"
        case .superblock(let group): "copy in group \(group)"
        case .descriptors(let group, _): "table in group \(group)"
        case .growth(let group): "kept for growth in group \(group)"
        case .blockBitmap(let group): "blocks of group \(group)"
        case .inodeBitmap(let group): "inodes of group \(group)"
        case .inodeTable(let group, _): "group \(group)"
        case .multiMount: "multi-mount block"
        case .lost, .free: "nobody"
        }
    }

    /// The path of an inode, or its number.
    mutating func name(_ inode: UInt32) -> String {
        if let name = known[inode] { return name }
        let name = path(inode).map(Self.shortened) ?? "inode \(inode)"
        known[inode] = name
        return name
    }

    private mutating func path(_ inode: UInt32) -> [UInt8]? {
        guard partsLeft > 0 else { return nil }
        let path = paths.path(of: inode)
        // What led nowhere may have been as long as anything can be.
        partsLeft -= path.map { path in path.count { $0 == 0x2F } } ?? PathIndex.depthLimit
        return path
    }

    /// The end of a long path says more than its start.
    private static func shortened(_ path: [UInt8]) -> String {
        let escaped = "\(EscapedName(path.suffix(4 * pathLimit)))"
        let scalars = escaped.unicodeScalars
        guard scalars.count > pathLimit || path.count > 4 * pathLimit else { return escaped }
        return "…" + String(String.UnicodeScalarView(scalars.suffix(pathLimit)))
    }
}

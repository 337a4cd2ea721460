internal import Ext4Image
internal import Ext4Layout
internal import HostSystem

/// What lies in every cell of a map: how many blocks of each class, and of whom the first are.
struct MapCells {
    let grid: MapGrid
    /// Bytes in a block.
    let blockSize: UInt64
    private(set) var cells: [Cell]
    /// Blocks of each class in the whole image, in the order of the classes.
    private(set) var totals: [UInt64]

    /// The blocks of one cell.
    struct Cell: Equatable {
        /// Blocks of each class, in the order of the classes.
        var counts = [UInt64](repeating: 0, count: MapClass.allCases.count)
        /// The first owners that differ; free blocks have none.
        var owners: [BlockOwner] = []
        /// All owners, also those that are not kept.
        var ownerCount = 0
        fileprivate var latest: BlockOwner?
    }

    /// Owners that a cell names.
    static let ownersNamed = 2

    init(_ owners: OwnerMap, cellLimit: Int) {
        let geometry = owners.image.geometry
        let grid = MapGrid(geometry, cellLimit: cellLimit)
        var cells = [Cell](repeating: Cell(), count: grid.cellCount)
        var totals = [UInt64](repeating: 0, count: MapClass.allCases.count)
        var covered: UInt64 = 0
        func add(_ blocks: Range<UInt64>, _ kind: MapClass, _ owner: BlockOwner?) {
            guard !blocks.isEmpty else { return }
            totals[kind.rawValue] += UInt64(blocks.count)
            grid.forEachCell(of: blocks) { cell, count in
                cells[cell].counts[kind.rawValue] += count
                guard let owner else { return }
                cells[cell].add(owner)
            }
        }
        for run in owners.runs {
            // Where two claim a block it is the first one's, as everywhere.
            let start = max(run.blocks.lowerBound, covered)
            guard start < run.blocks.upperBound else { continue }
            add(covered..<start, .free, nil)
            add(
                start..<run.blocks.upperBound, MapClass(of: run.first, in: owners.image),
                run.owner(of: start))
            covered = run.blocks.upperBound
        }
        add(covered..<max(covered, geometry.blockCount), .free, nil)
        self.grid = grid
        blockSize = UInt64(geometry.blockSize)
        self.cells = cells
        self.totals = totals
    }
}

extension MapCells.Cell {
    /// The only class of the cell, if there is only one.
    var only: MapClass? {
        guard counts.count(where: { $0 > 0 }) == 1 else { return nil }
        return counts.firstIndex { $0 > 0 }.flatMap(MapClass.init)
    }

    /// Notes an owner, unless it is the one that was noted last.
    fileprivate mutating func add(_ owner: BlockOwner) {
        if let latest, latest.isSameFile(as: owner) { return }
        latest = owner
        ownerCount += 1
        if owners.count < MapCells.ownersNamed { owners.append(owner) }
    }

    /// How many of `parts` equal parts of the cell each class is drawn with: every class that is
    /// there has one at least, as long as there are enough, and the rest goes by their blocks.
    func shares(of parts: Int) -> [(kind: MapClass, parts: Int)] {
        let present = MapClass.allCases.filter { counts[$0.rawValue] > 0 }.prefix(parts)
        let total = present.reduce(0) { $0 + counts[$1.rawValue] }
        guard total > 0 else { return [] }
        let spare = UInt64(parts - present.count)
        var shares = present.map { kind in
            (
                kind: kind,
                parts: 1 + Int(Double(spare) * Double(counts[kind.rawValue]) / Double(total))
            )
        }
        // What rounding left over is the largest one's; of equals, the first.
        let left = parts - shares.reduce(0) { $0 + $1.parts }
        let largest = shares.indices.max {
            counts[shares[$0].kind.rawValue] < counts[shares[$1].kind.rawValue]
        }
        if let largest { shares[largest].parts += left }
        return shares
    }
}

extension BlockOwner {
    /// Whether two blocks are of one file or one structure, so that one name does for both.
    func isSameFile(as other: BlockOwner) -> Bool {
        switch (self, other) {
        case (.content(let one, _, _), .content(let two, _, _)),
            (.mapNode(let one, _, _), .mapNode(let two, _, _)),
            (.xattrs(let one), .xattrs(let two)):
            one == two
        case (.descriptors(let one, _), .descriptors(let two, _)),
            (.growth(let one), .growth(let two)),
            (.inodeTable(let one, _), .inodeTable(let two, _)):
            one == two
        default: self == other
        }
    }
}

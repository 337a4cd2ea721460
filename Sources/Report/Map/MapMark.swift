/// Blocks that differ, and why.
struct MapMark: Equatable {
    let blocks: Range<UInt64>
    /// The number of the cause among those of the report.
    let cause: Int
}

/// The marks of every cell.
struct MarkTallies {
    /// For a cell, the blocks of each cause that is there.
    private var tallies: [Int: [Int: UInt64]] = [:]

    init(_ marks: [MapMark], grid: MapGrid) {
        for mark in marks {
            grid.forEachCell(of: mark.blocks) { cell, count in
                tallies[cell, default: [:]][mark.cause, default: 0] += count
            }
        }
    }

    /// The causes in a cell, that of the most blocks first, of equals the one with the lowest number;
    /// nil where nothing differs.
    func causes(ofCell cell: Int) -> [Int]? {
        tallies[cell]?.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    /// How many blocks of a cell differ.
    func blocks(ofCell cell: Int) -> UInt64 {
        tallies[cell]?.values.reduce(0, +) ?? 0
    }
}

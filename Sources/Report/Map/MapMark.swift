/// Blocks that differ, and why.
struct MapMark: Equatable {
    let blocks: Range<UInt64>
    /// The number of the cause among those of the report.
    let cause: Int
    /// Whether they only follow from the cause.
    let follows: Bool
}

/// The marks of every cell.
struct MarkTallies {
    /// What a cell is marked as.
    struct Key: Hashable {
        let cause: Int
        let follows: Bool

        /// Causes of a block's own come before those it follows from, then by number.
        fileprivate var order: (Int, Int) { (follows ? 1 : 0, cause) }
    }

    /// For a cell, the blocks of each cause that is there.
    private var tallies: [Int: [Key: UInt64]] = [:]

    init(_ marks: [MapMark], grid: MapGrid) {
        for mark in marks {
            let key = Key(cause: mark.cause, follows: mark.follows)
            grid.forEachCell(of: mark.blocks) { cell, count in
                tallies[cell, default: [:]][key, default: 0] += count
            }
        }
    }

    /// The causes in a cell in the order in which they are named: the first gives the colour, so that
    /// one block of a cause is seen among many that only follow from another. Nil where nothing
    /// differs.
    func causes(ofCell cell: Int) -> [Key]? {
        tallies[cell]?.keys.sorted { $0.order < $1.order }
    }

    /// How many blocks of a cell differ.
    func blocks(ofCell cell: Int) -> UInt64 {
        tallies[cell]?.values.reduce(0, +) ?? 0
    }
}

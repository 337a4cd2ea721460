internal import Difference
internal import Golden

/// The causes that a page tells of, in its order, and which of them a block is counted for.
struct PageCauseOrder {
    let names: [Cause.Name]

    init(_ difference: ImageDifference) {
        var all = CauseSet(rawValue: 0)
        for name in difference.primaryCauses { all.insert(CauseSet(name)) }
        let primary = all
        for run in difference.runs {
            // What has neither a primary cause of its own nor one that it follows from.
            if !run.isExplained { all.insert(CauseSet(.unexplained)) }
            if run.roots.isDisjoint(with: primary), run.causes.isDisjoint(with: primary) {
                all.formUnion(run.causes)
            }
        }
        names = all.names
    }

    /// What blocks are marked and counted as: unexplained where any of it is, else the first cause
    /// that it comes down to.
    func index(of run: DifferingRun) -> Int? {
        if !run.isExplained { return names.firstIndex(of: .unexplained) }
        return names.firstIndex { run.roots.contains($0) }
            ?? names.firstIndex { run.causes.contains($0) }
    }

    /// How many blocks each cause is counted for.
    func blockCounts(_ difference: ImageDifference) -> [UInt64] {
        var counts = [UInt64](repeating: 0, count: names.count)
        for run in difference.runs {
            if let index = index(of: run) { counts[index] += run.count }
        }
        return counts
    }
}

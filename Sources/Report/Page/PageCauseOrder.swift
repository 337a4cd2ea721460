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

    /// What a block is marked and counted as: unexplained where any of it is, else the first cause of
    /// its own, else the first that what is in it follows from.
    func mark(of run: DifferingRun) -> (cause: Int, follows: Bool)? {
        if !run.isExplained { return names.firstIndex(of: .unexplained).map { ($0, false) } }
        if let own = names.firstIndex(where: { run.causes.contains($0) }) { return (own, false) }
        return names.firstIndex { run.roots.contains($0) }.map { ($0, true) }
    }

    /// How many blocks each cause is counted for: those of its own, and those that follow from it.
    func blockCounts(_ difference: ImageDifference) -> [(own: UInt64, following: UInt64)] {
        var counts = [(own: UInt64, following: UInt64)](repeating: (0, 0), count: names.count)
        for run in difference.runs {
            guard let mark = mark(of: run) else { continue }
            if mark.follows {
                counts[mark.cause].following += run.count
            } else {
                counts[mark.cause].own += run.count
            }
        }
        return counts
    }
}

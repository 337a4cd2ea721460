import Golden

/// Turns the ledger into findings and runs, once it is known which causes are primary.
struct Settlement {
    private let ledger: Ledger
    private let resolution: Resolution
    private let primaries: CauseSet
    private(set) var findings: [Finding] = []

    init(_ ledger: Ledger, _ circumstances: Circumstances) {
        self.ledger = ledger
        var circumstances = circumstances
        var used: CauseSet = []
        for entry in ledger.entries {
            if entry.fact.roots.isEmpty {
                circumstances.primaries.insert(CauseSet(entry.fact.cause))
            }
            used.formUnion(entry.fact.roots)
        }
        for count in ledger.blockCounts {
            if count.attribution.roots.isEmpty {
                circumstances.primaries.insert(CauseSet(count.attribution.cause))
            }
            used.formUnion(count.attribution.roots)
        }
        resolution = circumstances.resolve(used)
        primaries = circumstances.primaries
    }

    /// The primary causes of a difference; the cause itself where it is one of them.
    private func roots(_ cause: Cause.Name, _ roots: CauseSet) -> CauseSet {
        if roots.isEmpty { return CauseSet(cause) }
        // Where the cause is primary anyway, what may follow from other things is more of the same.
        if roots == .writing {
            if primaries.contains(cause) { return CauseSet(cause) }
            return primaries.isEmpty ? CauseSet(cause) : primaries
        }
        return resolution.roots(roots, of: cause)
    }

    /// The blocks, each with all causes that are known for it.
    func runs() -> [DifferingRun] {
        let sets = ledger.sets.map { set in
            (
                causes: set.reduce(into: CauseSet()) { $0.insert(CauseSet($1.cause)) },
                roots: set.reduce(into: CauseSet()) { $0.formUnion(roots($1.cause, $1.roots)) }
            )
        }
        return ledger.runs.map { run in
            DifferingRun(
                run.blocks, causes: sets[run.causes].causes, roots: sets[run.causes].roots)
        }
    }

    mutating func makeFindings() {
        var listed: CauseSet = []
        var listedDerived: CauseSet = []
        var found: [Finding] = []
        for entry in ledger.entries {
            let roots = roots(entry.fact.cause, entry.fact.roots)
            let isDerived = !roots.contains(entry.fact.cause)
            if isDerived {
                listedDerived.insert(CauseSet(entry.fact.cause))
            } else {
                listed.insert(CauseSet(entry.fact.cause))
            }
            found.append(
                Finding(
                    cause: entry.fact.cause, isDerived: isDerived,
                    follows: isDerived ? roots.names : [], what: entry.fact.what,
                    unit: entry.fact.unit, count: entry.count, examples: entry.examples))
        }
        found += blockFindings(besides: listed, derived: listedDerived)
        let order = Cause.Name.allCases
        // Stable by construction: findings of one cause keep the order in which they were met.
        findings = [false, true].flatMap { isDerived in
            order.flatMap { name in
                found.filter { $0.isDerived == isDerived && $0.cause == name }
            }
        }
    }

    /// A finding for each cause that only blocks tell of, so that it is not listed otherwise.
    private func blockFindings(
        besides listed: CauseSet, derived listedDerived: CauseSet
    ) -> [Finding] {
        var derived: [Cause.Name: CauseSet] = [:]
        var blocks: [Cause.Name: (derived: UInt64, primary: UInt64)] = [:]
        let sets = ledger.sets.map { set in
            set.reduce(into: [Cause.Name: CauseSet]()) { causes, attribution in
                causes[attribution.cause, default: []].formUnion(
                    roots(attribution.cause, attribution.roots))
            }
        }
        for run in ledger.runs {
            for (cause, roots) in sets[run.causes] {
                if roots.contains(cause) {
                    blocks[cause, default: (0, 0)].primary += UInt64(run.blocks.count)
                } else {
                    blocks[cause, default: (0, 0)].derived += UInt64(run.blocks.count)
                    derived[cause, default: []].formUnion(roots)
                }
            }
        }
        return Cause.Name.allCases.flatMap { cause -> [Finding] in
            guard let counts = blocks[cause] else { return [] }
            var found: [Finding] = []
            if counts.primary > 0, !listed.contains(cause) {
                found.append(finding(cause, count: counts.primary, follows: []))
            }
            if counts.derived > 0, !listedDerived.contains(cause), let follows = derived[cause] {
                found.append(finding(cause, count: counts.derived, follows: follows.names))
            }
            return found
        }
    }

    private func finding(
        _ cause: Cause.Name, count: UInt64, follows: [Cause.Name]
    ) -> Finding {
        let examples = ledger.blockCounts.filter {
            $0.attribution.cause == cause
                && roots(cause, $0.attribution.roots).contains(cause) == follows.isEmpty
        }.map(\.first)
        return Finding(
            cause: cause, isDerived: !follows.isEmpty, follows: follows, what: Self.words(cause),
            unit: .block, count: count, examples: Array(examples.prefix(Finding.exampleLimit)))
    }

    private static func words(_ cause: Cause.Name) -> String {
        switch cause {
        case .checksum: "checksums"
        case .count: "counts and bitmaps"
        case .blockPlacement: "moved content"
        case .inodeOrder: "inode numbers"
        case .directoryOrder: "directories"
        case .geometry: "tables of the groups"
        case .journal: "the log"
        case .unexplained: "bytes without an explanation"
        default: "blocks"
        }
    }
}

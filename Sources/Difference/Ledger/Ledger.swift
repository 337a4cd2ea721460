import Golden

/// Keeps count of what differs: the facts that a report lists, and the causes of every block.
struct Ledger {
    /// A difference of one thing, before it is known what it follows from.
    struct Fact {
        let cause: Cause.Name
        let what: String
        let unit: Finding.Unit
        /// Empty for a primary one.
        var roots: CauseSet = []
    }

    struct Entry {
        let fact: Fact
        var count: UInt64 = 0
        var examples: [Finding.Example] = []
    }

    private struct Key: Hashable {
        let cause: Cause.Name
        let what: String
        let roots: CauseSet
    }

    /// What a block differs in, and what that comes down to.
    struct Attribution: Hashable {
        let cause: Cause.Name
        /// Empty where the cause is primary.
        let roots: CauseSet
    }

    struct BlockCount {
        let attribution: Attribution
        var blocks: UInt64 = 0
        let first: Finding.Example
    }

    private(set) var entries: [Entry] = []
    private var places: [Key: Int] = [:]
    private(set) var blockCounts: [BlockCount] = []
    private var blockPlaces: [Attribution: Int] = [:]
    private(set) var runs: [OpenRun] = []
    /// The attributions of the block at hand; few, so that a list is fastest.
    private var current: [Attribution] = []

    /// Blocks with the same attributions, which are kept once.
    struct OpenRun {
        var blocks: Range<UInt64>
        let causes: Int
    }

    /// Every set of attributions that blocks have.
    private(set) var sets: [[Attribution]] = []
    private var setPlaces: [[Attribution]: Int] = [:]

    /// Counts a fact; the example is made only while there is room for it.
    mutating func record(
        _ fact: Fact, count: UInt64 = 1, _ example: @autoclosure () -> Finding.Example
    ) {
        let key = Key(cause: fact.cause, what: fact.what, roots: fact.roots)
        let place: Int
        if let known = places[key] {
            place = known
        } else {
            place = entries.count
            places[key] = place
            entries.append(Entry(fact: fact))
        }
        entries[place].count += count
        if entries[place].examples.count < Finding.exampleLimit {
            entries[place].examples.append(example())
        }
    }

    /// Says that the block at hand differs for a cause.
    mutating func attribute(_ cause: Cause.Name, roots: CauseSet = []) {
        let attribution = Attribution(cause: cause, roots: roots)
        if !current.contains(attribution) { current.append(attribution) }
    }

    /// Whether the block at hand has a cause.
    var isAttributed: Bool { !current.isEmpty }

    /// The causes of the block at hand.
    var attributions: [Attribution] { current }

    /// Closes the blocks at hand; without any cause they are unexplained.
    mutating func close(
        _ blocks: Range<UInt64>, _ example: (Attribution) -> Finding.Example
    ) {
        if current.isEmpty { attribute(.unexplained) }
        for attribution in current {
            let place: Int
            if let known = blockPlaces[attribution] {
                place = known
            } else {
                place = blockCounts.count
                blockPlaces[attribution] = place
                blockCounts.append(
                    BlockCount(attribution: attribution, first: example(attribution)))
            }
            blockCounts[place].blocks += UInt64(blocks.count)
        }
        let set: Int
        if let known = setPlaces[current] {
            set = known
        } else {
            set = sets.count
            setPlaces[current] = set
            sets.append(current)
        }
        if let last = runs.last, last.causes == set, last.blocks.upperBound == blocks.lowerBound {
            runs[runs.count - 1].blocks = last.blocks.lowerBound..<blocks.upperBound
        } else {
            runs.append(OpenRun(blocks: blocks, causes: set))
        }
        current.removeAll(keepingCapacity: true)
    }
}

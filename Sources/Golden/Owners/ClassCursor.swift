/// Tells the class of blocks that are asked for in rising order: it walks the runs once.
struct ClassCursor<Runs: ClassedRuns> {
    private let runs: Runs
    private var position = 0
    private var known: OwnerClassName?

    init(_ runs: Runs) {
        self.runs = runs
    }

    /// The class of a block's first owner. Blocks must not go back.
    mutating func ownerClass(of block: UInt64) -> OwnerClassName {
        // All runs before the position have ended, so the first that goes on is the owner.
        while position < runs.runCount, runs.blocks(ofRun: position).upperBound <= block {
            position += 1
            known = nil
        }
        guard position < runs.runCount, runs.blocks(ofRun: position).contains(block) else {
            return .free
        }
        if let known { return known }
        let found = runs.ownerClass(ofRun: position)
        known = found
        return found
    }
}

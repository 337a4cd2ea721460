/// Tells the class of blocks that are asked for in rising order: it walks the runs once.
struct ClassCursor<Runs: ClassedRuns> {
    private let runs: Runs
    private let count: Int
    private var position = 0
    /// The blocks of the run at the position, kept since there are many more blocks than runs; nil
    /// behind the last one.
    private var blocks: Range<UInt64>?
    private var known: OwnerClassName?

    init(_ runs: Runs) {
        self.runs = runs
        count = runs.runCount
        blocks = count > 0 ? runs.blocks(ofRun: 0) : nil
    }

    /// The class of a block's first owner. Blocks must not go back.
    mutating func ownerClass(of block: UInt64) -> OwnerClassName {
        // All runs before the position have ended, so the first that goes on is the owner.
        while let blocks, blocks.upperBound <= block { goOn() }
        guard let blocks, blocks.contains(block) else { return .free }
        if let known { return known }
        let found = runs.ownerClass(ofRun: position)
        known = found
        return found
    }

    private mutating func goOn() {
        position += 1
        blocks = position < count ? runs.blocks(ofRun: position) : nil
        known = nil
    }
}

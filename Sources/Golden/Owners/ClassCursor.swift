import Ext4Image
import Ext4Layout

/// Tells the class of blocks that are asked for in rising order, and at the end how many blocks each
/// class has: it walks the runs once.
struct ClassCursor {
    private let owners: OwnerMap
    private var position = 0
    /// The class of the run at the position, once it was asked for.
    private var known: OwnerClassName?
    /// Of the runs before the position.
    private var counts = [UInt64](repeating: 0, count: OwnerClassName.allCases.count)
    /// Where the runs before the position end.
    private var covered: UInt64 = 0

    init(_ owners: OwnerMap) {
        self.owners = owners
    }

    /// The class of a block's first owner. Blocks must not go back.
    mutating func ownerClass(of block: UInt64) -> OwnerClassName {
        // All runs before the position have ended, so the first that goes on is the owner.
        while position < owners.runs.count, owners.runs[position].blocks.upperBound <= block {
            goOn()
        }
        guard position < owners.runs.count, owners.runs[position].blocks.contains(block) else {
            return .free
        }
        return classOfRun()
    }

    /// How many blocks each class has, in the order of the classes. Ends the walk.
    mutating func blockCounts() -> [UInt64] {
        while position < owners.runs.count { goOn() }
        var counts = counts
        counts[OwnerClassName.free.index] +=
            owners.image.geometry.blockCount - counts.reduce(0, +)
        return counts
    }

    private mutating func goOn() {
        let blocks = owners.runs[position].blocks
        // Where runs overlap, a block belongs to the first.
        let start = max(blocks.lowerBound, covered)
        if start < blocks.upperBound {
            counts[classOfRun().index] += blocks.upperBound - start
            covered = blocks.upperBound
        }
        position += 1
        known = nil
    }

    private mutating func classOfRun() -> OwnerClassName {
        if let known { return known }
        let found = OwnerClassName(of: owners.runs[position].first, in: owners.image)
        known = found
        return found
    }
}

import Ext4Image
import Ext4Layout

/// Tells the class of blocks that are asked for in rising order: it walks the runs once.
struct ClassCursor {
    private let owners: OwnerMap
    private var position = 0
    private var known: OwnerClassName?

    init(_ owners: OwnerMap) {
        self.owners = owners
    }

    /// The class of a block's first owner. Blocks must not go back.
    mutating func ownerClass(of block: UInt64) -> OwnerClassName {
        // All runs before the position have ended, so the first that goes on is the owner.
        while position < owners.runs.count, owners.runs[position].blocks.upperBound <= block {
            position += 1
            known = nil
        }
        guard position < owners.runs.count, owners.runs[position].blocks.contains(block) else {
            return .free
        }
        if let known { return known }
        let found = OwnerClassName(of: owners.runs[position].first, in: owners.image)
        known = found
        return found
    }

    /// How many blocks each class has, in the order of the classes.
    static func blockCounts(of owners: OwnerMap) -> [UInt64] {
        var counts = [UInt64](repeating: 0, count: OwnerClassName.allCases.count)
        var covered: UInt64 = 0
        var owned: UInt64 = 0
        for run in owners.runs {
            let start = max(run.blocks.lowerBound, covered)
            guard start < run.blocks.upperBound else { continue }
            let name = OwnerClassName(of: run.first, in: owners.image)
            counts[name.index] += run.blocks.upperBound - start
            owned += run.blocks.upperBound - start
            covered = run.blocks.upperBound
        }
        counts[OwnerClassName.free.index] += owners.image.geometry.blockCount - owned
        return counts
    }
}

/// What one thread takes out of a ``MapBudget``, handed on in larger pieces: counters to which all
/// threads add at every inode cost more than the inode.
final class BudgetShare {
    /// What may be left to hand on, in steps, inodes, runs and clusters: little beside any limit.
    private static let stepPiece: UInt64 = 1 << 16
    private static let inodePiece: UInt64 = 1 << 10
    private static let claimPiece: UInt64 = 1 << 10
    private static let clusterPiece: UInt64 = 1 << 14

    private let budget: MapBudget
    private var steps: UInt64 = 0
    private var inodes: UInt64 = 0
    private var claims: UInt64 = 0
    private var clusters: UInt64 = 0

    init(_ budget: MapBudget) { self.budget = budget }

    /// More than a sound image can need was asked for.
    var isSpent: Bool { budget.isSpent }

    /// What was met, in words.
    var description: String { budget.description }

    /// Takes the steps of one block of a map, before it is gone through.
    ///
    /// - Parameters:
    ///   - count: numbers or extents in it.
    ///   - kept: runs that the inode has claimed so far.
    /// - Returns: false where the walk must end.
    func mayGoOn(_ count: Int, kept: Int) -> Bool {
        steps &+= UInt64(count)
        budget.limit(kept: kept)
        settleIfMuch()
        return !isSpent
    }

    /// Takes an inode that is not empty. Groups that share one table can have billions.
    func takeInode() {
        inodes &+= 1
        settleIfMuch()
    }

    /// Takes what an inode has claimed.
    func take(_ tally: BlockTally) {
        claims &+= UInt64(tally.claims.count + tally.runs.count)
        for claim in tally.claims { clusters &+= UInt64(claim.clusters.count) }
        settleIfMuch()
    }

    /// Hands on everything.
    func settle() {
        budget.take(steps: steps, inodes: inodes, claims: claims, clusters: clusters)
        (steps, inodes, claims, clusters) = (0, 0, 0, 0)
    }

    private func settleIfMuch() {
        if steps > Self.stepPiece || inodes > Self.inodePiece || claims > Self.claimPiece
            || clusters > Self.clusterPiece
        {
            settle()
        }
    }
}

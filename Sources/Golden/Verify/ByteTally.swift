import Ext4Image
import Ext4Layout

/// Counts the differing bytes' owners by cause, where the blessed image is at hand.
struct ByteTally {
    let comparison: ByteComparison
    /// The owners in the blessed image: what is free here may have been a file's there.
    let old: OwnerMap?
    /// What fields and names say already.
    let changes: [Change]
    /// Whether a mounted file system shows the same: then content is only in other places.
    let isSameTree: Bool

    /// Looks at every difference in the blocks.
    func run(_ blocks: [UInt64]) -> (first: Verification.FirstDifference?, causes: [Cause]) {
        let image = comparison.owners.image
        let paths = Set(changes.compactMap(\.path))
        var first: Verification.FirstDifference?
        var counts: [Cause.Name: (count: Int, place: String)] = [:]
        let isWhole = comparison.forEachDifference(in: blocks) { difference in
            if first == nil {
                first = .init(
                    offset: difference.offset,
                    block: difference.offset / UInt64(image.geometry.blockSize),
                    owner: comparison.words.words(for: difference.owner),
                    sentence: comparison.sentence(for: difference))
            }
            guard let cause = cause(of: difference, changedPaths: paths) else { return }
            counts[cause, default: (0, comparison.words.words(for: difference.owner))].count += 1
        }
        if !isWhole {
            counts[.unexplained] = (
                1, "more than \(ByteComparison.differenceLimit) differences; the rest was not read"
            )
        }
        return (
            first,
            Cause.Name.allCases.compactMap { name in
                counts[name].map { Cause(name, count: $0.count, place: $0.place) }
            }
        )
    }

    /// The cause of one difference; nil where a changed name explains it.
    private func cause(
        of difference: ByteComparison.Difference, changedPaths: Set<String>
    ) -> Cause.Name? {
        var owner = difference.owner
        var cause = ByteCauses.cause(of: owner)
        if cause == .residue, let before = old?.owner(ofByte: difference.offset),
            ByteCauses.cause(of: before) != .residue
        {
            owner = before
            cause = ByteCauses.cause(of: before)
        }
        switch cause {
        case .content, .xattr:
            if isSameTree { return .blockPlacement }
            guard case .content(let inode, _) = owner.place,
                let path = comparison.words.path(of: inode)
            else { return cause }
            return changedPaths.contains(path) ? nil : .blockPlacement
        case .mode, .owner, .timestamp, .hardLinks:
            guard case .inode = owner.place else { return cause }
            return isSameTree ? .inodeOrder : cause
        case .directoryOrder:
            // A name that came or went moves the names after it.
            return changes.contains { $0.cause == .added || $0.cause == .removed } ? nil : cause
        default:
            return cause
        }
    }
}

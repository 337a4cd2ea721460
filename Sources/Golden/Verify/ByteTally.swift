import Ext4Image
import Ext4Layout
import ImageBytes

/// Counts the differing bytes' owners by cause, where the blessed image is at hand.
struct ByteTally {
    let comparison: ByteComparison
    /// The owners in the blessed image: what is free here may have been a file's there.
    let old: OwnerMap?
    private let facts: [Change]
    private let names: ChangedNames
    /// Whether a mounted file system shows the same: then content is only in other places.
    let isSameTree: Bool

    /// `facts` are what fields and names say already, `new` those of the image at hand.
    init(
        comparison: ByteComparison, old: OwnerMap?, facts: [Change], new: GoldenFacts,
        isSameTree: Bool
    ) {
        self.comparison = comparison
        self.old = old
        self.facts = facts
        self.isSameTree = isSameTree
        names = ChangedNames(facts, new)
    }

    /// What the bytes tell.
    struct Result {
        var first: Verification.FirstDifference?
        var causes: [Cause] = []

        /// A change for each cause that the facts do not name: bytes are counted, not listed.
        func changes(beside facts: [Change]) -> [Change] {
            let named = Set(facts.map(\.cause))
            return causes.filter { !named.contains($0.name) }.map { cause in
                Change(
                    cause.name,
                    cause.place + (cause.count > 1 ? ", and \(cause.count - 1) more" : ""),
                    old: nil, new: nil)
            }
        }
    }

    /// Looks at every difference in the blocks.
    func run(_ blocks: DifferingBlocks) -> Result {
        let image = comparison.owners.image
        var found = Result()
        var counts: [Cause.Name: (count: Int, place: String)] = [:]
        func add(_ cause: Cause.Name, _ place: @autoclosure () -> String) {
            let known = counts[cause]
            counts[cause] = ((known?.count ?? 0) + 1, known?.place ?? place())
        }
        let isWhole = comparison.forEachDifference(in: blocks.common) { difference in
            if found.first == nil {
                found.first = .init(
                    offset: difference.offset,
                    block: difference.offset / UInt64(image.geometry.blockSize),
                    owner: comparison.words.words(for: difference.owner),
                    sentence: comparison.sentence(for: difference))
            }
            guard let cause = cause(of: difference) else { return }
            add(cause, comparison.words.words(for: difference.owner))
        }
        if !isWhole {
            counts[.unexplained] = (
                1, "more than \(ByteComparison.differenceLimit) differences; the rest was not read"
            )
        }
        if hasMoreAfterTheEnd { add(.residue, "after the end of the shorter image") }
        found.causes = Cause.Name.allCases.compactMap { name in
            counts[name].map { Cause(name, count: $0.count, place: $0.place) }
        }
        return found
    }

    /// Whether only one image has bytes that are not zeros where the file system is as long as it was.
    private var hasMoreAfterTheEnd: Bool {
        let (one, other) = (comparison.blessed, comparison.image)
        let end = min(one.count, other.count)
        let longer = one.count > other.count ? one : other
        return end < longer.count && !longer.slice.isZero(end..<longer.count)
            && old?.image.geometry.blockCount == comparison.owners.image.geometry.blockCount
    }

    /// The cause of one difference; nil where a changed name explains it.
    private func cause(of difference: ByteComparison.Difference) -> Cause.Name? {
        var owner = difference.owner
        var cause = ByteCauses.cause(of: owner)
        if cause == .residue, let before = old?.owner(ofByte: difference.offset),
            ByteCauses.cause(of: before) != .residue
        {
            owner = before
            cause = ByteCauses.cause(of: before)
        }
        switch owner.place {
        case .inode(let number): return self.cause(ofInode: number, owner, cause)
        case .content(let number, _): return self.cause(ofContent: number)
        case .xattrHeader, .xattr:
            guard cause == .xattr else { return cause }
            return isSameTree ? .blockPlacement : cause
        case .directoryEntry(let number, _, _), .hashTree(let number, _):
            guard cause == .directoryOrder else { return cause }
            // A name that came or went moves the names after it.
            let path = comparison.words.path(of: number)
            return path.map(names.hasOtherNames) == true ? nil : cause
        case .blockBitmap, .inodeBitmap:
            guard let old else { return .unexplained }
            return BitmapProof(old: old, new: comparison.owners).isRight(owner)
                ? cause : .unexplained
        default: return cause
        }
    }

    private func cause(ofContent number: UInt32) -> Cause.Name? {
        // What no name leads to shows in no tree.
        guard let path = comparison.words.path(of: number) else { return .content }
        if isSameTree { return .blockPlacement }
        return names.names(path, .content, .added) ? nil : .blockPlacement
    }

    private func cause(
        ofInode number: UInt32, _ owner: ByteOwner, _ cause: Cause.Name
    ) -> Cause.Name? {
        let image = comparison.owners.image
        if cause == .checksum {
            guard let inode = image.inode(number), image.checksums.isValid(inode) else {
                return .unexplained
            }
            return cause
        }
        if let before = old?.image, !Self.isInUse(number, before), !Self.isInUse(number, image) {
            return .residue
        }
        let path = comparison.words.path(of: number)
        if let path, names.names(path, .added) { return nil }
        switch cause {
        case .content, .xattr:
            guard isSameTree, path != nil else { return cause }
            return .blockPlacement
        case .mode, .owner, .timestamp, .hardLinks:
            return isSameTree && path != nil ? .inodeOrder : cause
        default: return cause
        }
    }

    private static func isInUse(_ number: UInt32, _ image: Ext4Image) -> Bool {
        image.isInodeMarked(number) == true || image.inode(number)?.isInUse == true
    }
}

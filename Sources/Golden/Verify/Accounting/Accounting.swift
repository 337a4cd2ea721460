import Ext4Layout

/// Accounts for all in which two goldens part: every class of owners, the tree and what lies after
/// the file system has a cause that explains it, or is unexplained.
struct Accounting {
    let old: GoldenFacts
    let new: GoldenFacts
    /// What the decoded facts say, from ``FactChanges``.
    let facts: [Change]
    /// Classes of which it is proven that nothing differs but what `facts` names.
    let proven: Set<OwnerClassName>
    /// What differs in the blocks of files, directories and the journal, in free ones and in those
    /// after the end; nil where only digests are known.
    let blocks: [Change]?

    /// `proven` is what an image at hand proves beyond what the facts do, `blocks` what the owners of
    /// the blocks that differ tell.
    init(
        from old: GoldenFacts, to new: GoldenFacts, facts: [Change],
        proven: Set<OwnerClassName> = [], blocks: [Change]? = nil
    ) {
        self.old = old
        self.new = new
        self.facts = facts
        self.proven = proven.union(Self.provenByFacts(old, new))
        self.blocks = blocks
    }

    /// The classes whose blocks follow from the facts alone, on both sides.
    static func provenByFacts(_ old: GoldenFacts, _ new: GoldenFacts) -> Set<OwnerClassName> {
        let isProven = [old, new].allSatisfy { side in
            guard let known = side.owner(.superblock),
                let superblocks = SuperblockClass(side.superblock)
            else { return false }
            return superblocks.accounts(for: known)
        }
        return isProven ? [.superblock] : []
    }

    /// All changes, each with its cause.
    func changes() -> [Change] {
        var changes = facts + tree + fixedClasses + (blocks ?? contentClasses + tail)
        if old.root != new.root, !changes.contains(where: { !$0.cause.isDerived }) {
            changes.append(Change(.unexplained, "root", old: "\(old.root)", new: "\(new.root)"))
        }
        return changes
    }

    // MARK: The tree

    /// Whether a mounted file system shows the same.
    private var isSameTree: Bool { old.tree == new.tree && old.tree != nil }

    /// The tree without names to compare: what its digest, the number of names and the classes tell.
    private var tree: [Change] {
        guard !isSameTree else { return [] }
        if old.hasNames, new.hasNames {
            // Lines that part are named; others, which the digest was taken of, are not at hand.
            let isNamed = facts.contains { $0.path != nil }
            return isNamed ? [] : [change(ofTree: .unexplained)]
        }
        guard let before = old.tree, let after = new.tree else {
            return [change(ofTree: .unexplained)]
        }
        guard !isDataAlone else {
            guard let blocks else { return [change(ofTree: .content)] }
            let cause = [Cause.Name.content, .xattr].first { name in
                blocks.contains { $0.cause == name }
            }
            return [change(ofTree: cause ?? .unexplained)]
        }
        // Modes, owners, times, attributes: one digest over all of them cannot tell, whatever else
        // it is that came, went or changed.
        var causes: [Cause.Name] = []
        if after.entryCount > before.entryCount { causes.append(.added) }
        if after.entryCount < before.entryCount { causes.append(.removed) }
        return (causes + [.unexplained]).map(change(ofTree:))
    }

    private func change(ofTree cause: Cause.Name) -> Change {
        func text(_ tree: GoldenFile.Tree?) -> String? {
            tree.map { "\($0.entryCount) names, \($0.digest)" }
        }
        return Change(cause, "tree", old: text(old.tree), new: text(new.tree))
    }

    /// Whether inodes and directories are the same, so that what files hold is all that is left.
    private var isDataAlone: Bool {
        isSame(.inodeTables) && isSame(.directories) && old.tree?.entryCount == new.tree?.entryCount
    }

    // MARK: Classes

    /// Classes that hold what the decoded facts and the inodes are: nothing else may differ there.
    private var fixedClasses: [Change] {
        guard let before = old.classes, let after = new.classes else {
            return [Change(.unexplained, "classes", old: nil, new: nil)]
        }
        let content: [OwnerClassName] = [.directories, .data, .journal, .free]
        return GoldenComparison.classes(before, after).compactMap { name, _, _ in
            let known = OwnerClassName(rawValue: name)
            if let known, proven.contains(known) || content.contains(known) { return nil }
            return change(ofClass: name, .unexplained)
        }
    }

    /// The other classes, from their digests.
    private var contentClasses: [Change] {
        var changes: [Change] = []
        func add(_ name: OwnerClassName, _ cause: Cause.Name) {
            changes.append(change(ofClass: name.rawValue, cause))
        }
        if differs(.directories) {
            let isOrder = isSameTree && isSame(.inodeTables) && !hasNewSeed
            add(.directories, isOrder ? .directoryOrder : .unexplained)
        }
        if differs(.data) { add(.data, causeOfData) }
        if differs(.journal) { add(.journal, .journal) }
        if differs(.free) {
            let isResidue =
                isSameTree && old.owner(.free)?.blockCount == new.owner(.free)?.blockCount
            add(.free, isResidue ? .residue : .unexplained)
        }
        return changes
    }

    /// What no name leads to, such as quota files, shows in no tree.
    private static let hiddenFiles = [
        "s_usr_quota_inum", "s_grp_quota_inum", "s_prj_quota_inum", "s_orphan_file_inum",
        "s_mmp_block",
    ]

    private var causeOfData: Cause.Name {
        guard isSameTree, !hasNewSeed,
            Self.hiddenFiles.allSatisfy({ new.field($0) == "0" })
        else { return .unexplained }
        // What an inode does not know of lies behind the end of a file.
        return isSame(.inodeTables) ? .residue : .blockPlacement
    }

    /// With these every checksum is another one, in blocks that are otherwise the same.
    private var hasNewSeed: Bool {
        ["s_uuid", "s_checksum_seed", "s_hash_seed"].contains { old.field($0) != new.field($0) }
    }

    private func change(ofClass name: String, _ cause: Cause.Name) -> Change {
        func text(_ facts: GoldenFacts) -> String? {
            facts.classes?.first { $0.name == name }.map {
                "\($0.blockCount) blocks, \($0.digest)"
            }
        }
        return Change(cause, "class \(name)", old: text(old), new: text(new))
    }

    private func isSame(_ name: OwnerClassName) -> Bool {
        guard let before = old.owner(name) else { return false }
        return before == new.owner(name)
    }

    private func differs(_ name: OwnerClassName) -> Bool { old.owner(name) != new.owner(name) }

    // MARK: After the end

    /// What lies after the file system belongs to no class: its spans tell.
    private var tail: [Change] {
        let spans = DifferingSpans(from: old, to: new)
        guard let before = Self.end(of: old), let after = Self.end(of: new) else {
            return spans.isEmpty
                ? [] : [Change(.unexplained, "spans of 512 KiB", old: nil, new: nil)]
        }
        let end = max(before, after)
        guard max(old.imageBytes, new.imageBytes) > end else { return [] }
        // A span that the file system's end lies in may differ on either side of it.
        let length = UInt64(VerityTree.spanByteCount)
        return (spans.common + spans.beyondWithData).filter { ($0 + 1) * length > end }.map {
            span in
            Change(
                span * length >= end ? .residue : .unexplained,
                "span \(span), after the end of the file system", old: nil, new: nil)
        }
    }

    /// Where the file system ends; nil where the facts do not tell.
    private static func end(of facts: GoldenFacts) -> UInt64? {
        guard let superblock = SuperblockFacts.superblock(of: facts.superblock),
            let geometry = try? Geometry(superblock)
        else { return nil }
        return geometry.blockCount * UInt64(geometry.blockSize)
    }
}

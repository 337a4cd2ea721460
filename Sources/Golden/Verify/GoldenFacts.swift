/// What a golden says of an image, be it read from a file or just seen: the one thing that verifying
/// and reviewing compare, so that both name the same causes.
struct GoldenFacts {
    let imageBytes: UInt64
    let root: SHA256Digest
    let superblock: [GoldenFile.Fact]
    let groups: [GoldenFile.Group]
    /// Nil where it is not known.
    let classes: [GoldenFile.OwnerClass]?
    let tree: GoldenFile.Tree?
    /// A line for each name; empty where there are none.
    var entries: [GoldenFile.Entry]

    init(_ golden: GoldenFile) {
        imageBytes = golden.imageBytes
        root = golden.root
        superblock = golden.superblock
        groups = golden.groups
        classes = golden.classes
        tree = golden.tree
        entries = golden.entries
    }

    init(_ survey: ImageSurvey) {
        let seen = try? survey.tree?.get()
        imageBytes = survey.digest.byteCount
        root = survey.digest.root
        superblock = survey.superblock
        groups = survey.groups
        classes = survey.classes
        tree = seen?.tree
        entries = seen?.entries ?? []
    }
}

extension GoldenComparison {
    /// Everything in which the facts part, each with its cause. What no fact explains is left out.
    static func changes(from old: GoldenFacts, to new: GoldenFacts) -> [Change] {
        let fields = superblock(old.superblock, new.superblock)
        return size(old, new) + fields + groups(old.groups, new.groups)
            + tree(old, new)
            + classes(old, new, hasNewSeed: fields.contains { seeds.contains($0.subject) })
    }

    /// With these every checksum is another one, in blocks that are otherwise the same.
    private static let seeds = [
        "superblock s_uuid", "superblock s_checksum_seed", "superblock s_hash_seed",
    ]

    private static func size(_ old: GoldenFacts, _ new: GoldenFacts) -> [Change] {
        guard old.imageBytes != new.imageBytes else { return [] }
        return [
            Change(.geometry, "image size", old: "\(old.imageBytes)", new: "\(new.imageBytes)")
        ]
    }

    /// Names where both sides have them; else what the number of names and the digests tell.
    private static func tree(_ old: GoldenFacts, _ new: GoldenFacts) -> [Change] {
        guard let before = old.tree, let after = new.tree, before != after else { return [] }
        if !old.entries.isEmpty, !new.entries.isEmpty { return entries(old.entries, new.entries) }
        let cause: Cause.Name
        if after.entryCount > before.entryCount {
            cause = .added
        } else if after.entryCount < before.entryCount {
            cause = .removed
        } else if differs(.data, old, new) {
            cause = .content
        } else {
            // Modes, owners, times, names or attributes: one digest over all of them cannot tell.
            cause = .unexplained
        }
        return [
            Change(
                cause, "tree", old: "\(before.entryCount) names, \(before.digest)",
                new: "\(after.entryCount) names, \(after.digest)")
        ]
    }

    /// What the digests of classes tell where the tree is the same, and of the journal always.
    private static func classes(
        _ old: GoldenFacts, _ new: GoldenFacts, hasNewSeed: Bool
    ) -> [Change] {
        var causes: [(OwnerClassName, Cause.Name)] = []
        if differs(.journal, old, new) { causes.append((.journal, .journal)) }
        if old.tree == new.tree, old.tree != nil, !hasNewSeed {
            let inodes = differs(.inodeTables, old, new)
            // What an inode does not know of lies behind the end of a file.
            if differs(.data, old, new) {
                causes.append((.data, inodes ? .blockPlacement : .residue))
            }
            if differs(.directories, old, new), !inodes {
                causes.append((.directories, .directoryOrder))
            }
            if differs(.free, old, new), count(.free, old) == count(.free, new) {
                causes.append((.free, .residue))
            }
        }
        return causes.map { name, cause in
            Change(
                cause, "class \(name.rawValue)", old: owner(name, old).map { "\($0.digest)" },
                new: owner(name, new).map { "\($0.digest)" })
        }
    }

    private static func owner(
        _ name: OwnerClassName, _ facts: GoldenFacts
    ) -> GoldenFile.OwnerClass? { facts.classes?.first { $0.name == name.rawValue } }

    private static func count(_ name: OwnerClassName, _ facts: GoldenFacts) -> UInt64? {
        owner(name, facts)?.blockCount
    }

    /// Whether both sides know a class, and its digest is another one.
    private static func differs(
        _ name: OwnerClassName, _ old: GoldenFacts, _ new: GoldenFacts
    ) -> Bool {
        guard let before = owner(name, old), let after = owner(name, new) else { return false }
        return before != after
    }
}

import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

/// Which inode of the one image is which of the other: by the paths that lead to them, and by their
/// numbers where none does.
struct InodePairs: Sendable {
    /// Inodes that are the same file; nil where every inode is paired with its own number.
    private(set) var toAfter: [UInt32: UInt32]?
    private(set) var toBefore: [UInt32: UInt32] = [:]
    /// Why an inode has no counterpart.
    private(set) var aloneBefore: [UInt32: Cause.Name] = [:]
    private(set) var aloneAfter: [UInt32: Cause.Name] = [:]
    /// Names that came or went, and those that lead elsewhere.
    private(set) var changes: [TreeChange] = []
    /// What happened to the names in a directory, by its number in the first image.
    private(set) var directories: [UInt32: DirectoryFate] = [:]
    /// Names that lead to an inode came or went, by the inode's number in the first image.
    private(set) var links: [UInt32: CauseSet] = [:]
    /// The pairs whose numbers differ, by their numbers in the first image.
    private(set) var renumbered: [(before: UInt32, after: UInt32)] = []
    /// Pairs of links that were broken or made: two inodes that have the same path.
    private(set) var twins: [(before: UInt32, after: UInt32)] = []
    private(set) var warnings: [String] = []

    /// What happened to the names in a directory.
    struct DirectoryFate {
        /// `added`, `removed`, or both.
        var names: CauseSet = []
        /// Names that are in both have another order.
        var isReordered = false
    }

    /// Every inode is what it was.
    static let identity = InodePairs()

    private init() { toAfter = nil }

    /// Where the inode of the first image is in the second.
    func after(_ number: UInt32) -> UInt32? {
        guard let toAfter else { return number }
        return toAfter[number]
    }

    /// Where the inode of the second image is in the first.
    func before(_ number: UInt32) -> UInt32? {
        toAfter == nil ? number : toBefore[number]
    }

    func fate(_ directory: UInt32) -> DirectoryFate { directories[directory] ?? DirectoryFate() }

    /// Walks both trees together.
    init(_ before: Ext4Image, _ after: Ext4Image) {
        var walk = TreeWalk(before, after)
        walk.run()
        toAfter = walk.toAfter
        toBefore = walk.toBefore
        aloneBefore = walk.aloneBefore
        aloneAfter = walk.aloneAfter
        changes = walk.changes
        directories = walk.directories
        links = walk.links
        twins = walk.twins
        warnings = walk.warnings
        renumbered = walk.toAfter.filter { $0.key != $0.value }
            .map { (before: $0.key, after: $0.value) }.sorted { $0.before < $1.before }
    }

    /// Where the two orders of the inodes part first: the inode that comes next in the first image
    /// and not in the second. Nil where they only have other gaps.
    var parting: (before: UInt32, after: UInt32)? {
        guard let toAfter, !renumbered.isEmpty else { return nil }
        let old = toAfter.map { (before: $0.key, after: $0.value) }
            .sorted { $0.before < $1.before }
        let new = old.sorted { $0.after < $1.after }
        return zip(old, new).first { $0.before != $1.before }?.0
    }
}

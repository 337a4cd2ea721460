import Ext4Layout
import ImageBytes
import Synchronization

/// How much work the maps of all inodes of an image may be, together.
///
/// In a sound image each block belongs to one inode, so that all maps together have no more numbers
/// than the image has bytes for, and claim no more clusters than there are. Inodes that share their
/// maps can claim billions. What is counted are sums over all inodes: whether a limit is met does
/// not depend on the number of threads. Where one is, the scan is done again by one thread, and the
/// report ends at the inode that met it; see ``InodeScan``.
final class MapBudget: Sendable {
    /// What the file stores counts for so much: its file system may compress it.
    static let storedFactor: UInt64 = 16
    /// Numbers and extents in blocks of maps that are looked at, beside one for each four bytes that
    /// the file stores, times ``storedFactor``.
    static let stepFloor: UInt64 = 1 << 26
    /// Inodes that are looked at, beside those that the file stores, times four ``storedFactor``. A
    /// file system that counts what it stores a while after it was written must do no harm.
    static let inodeFloor: UInt64 = 1 << 22
    /// Runs of clusters, and of blocks of directories, that are kept (24 and 32 bytes each), as a
    /// multiple of the clusters there are, and beside it.
    static let claimFactor: UInt64 = 2
    static let claimFloor: UInt64 = 1 << 16
    /// Clusters that are claimed, as a multiple of those there are, and beside it.
    static let clusterFactor: UInt64 = 4
    static let clusterFloor: UInt64 = 1 << 20

    /// Where files may share blocks (`shared_blocks`), they do so in sound images.
    static let sharingFactor: UInt64 = 16

    private let stepLimit: UInt64
    private let inodeLimit: UInt64
    private let claimLimit: UInt64
    private let clusterLimit: UInt64
    private let steps = Atomic<UInt64>(0)
    private let inodes = Atomic<UInt64>(0)
    private let claims = Atomic<UInt64>(0)
    private let clusters = Atomic<UInt64>(0)
    private let spent = Atomic<Bool>(false)

    /// Full again.
    init(_ volume: Volume) {
        let all = volume.endBlock >> volume.clusterBits + 1
        let stored = Self.stored(volume)
        stepLimit = stored / 4 + Self.stepFloor
        inodeLimit = stored * 4 / UInt64(volume.inodeSize) + Self.inodeFloor
        let share = volume.readOnly.contains(.sharedBlocks) ? Self.sharingFactor : 1
        claimLimit = Self.claimFactor * share * all + Self.claimFloor
        clusterLimit = Self.clusterFactor * share * all + Self.clusterFloor
    }

    /// What the file stores, times ``storedFactor``, and far from where numbers end.
    static func stored(_ volume: Volume) -> UInt64 {
        min(volume.image.storedByteCount, 1 << 50) * storedFactor
    }

    /// More than a sound image can need was asked for.
    var isSpent: Bool { spent.load(ordering: .relaxed) }

    /// Ends everything where one inode claims more runs than there can be.
    func limit(kept: Int) {
        if UInt64(kept) > claimLimit { spend() }
    }

    /// Takes what inodes have cost.
    ///
    /// - Parameters:
    ///   - steps: numbers and extents in blocks of maps.
    ///   - inodes: inodes that are not empty.
    ///   - claims: runs of clusters, and of blocks of directories.
    ///   - clusters: what those runs hold.
    func take(steps: UInt64, inodes: UInt64, claims: UInt64, clusters: UInt64) {
        take(steps, from: self.steps, limit: stepLimit)
        take(inodes, from: self.inodes, limit: inodeLimit)
        take(claims, from: self.claims, limit: claimLimit)
        take(clusters, from: self.clusters, limit: clusterLimit)
    }

    /// What was met, in words.
    var description: String {
        let counts = [
            ("entries of maps", steps.load(ordering: .relaxed), stepLimit),
            ("inodes", inodes.load(ordering: .relaxed), inodeLimit),
            ("runs of blocks", claims.load(ordering: .relaxed), claimLimit),
            ("clusters", clusters.load(ordering: .relaxed), clusterLimit),
        ]
        for (what, count, limit) in counts where count > limit {
            return "the inodes claim more than there is: truncated at \(limit) of at least "
                + "\(count) \(what)"
        }
        return "an inode claims more runs of blocks than there are: truncated at \(claimLimit) of "
            + "at least \(claimLimit + 1)"
    }

    private func take(_ count: UInt64, from counter: borrowing Atomic<UInt64>, limit: UInt64) {
        if count > 0, counter.add(count, ordering: .relaxed).newValue > limit { spend() }
    }

    private func spend() { spent.store(true, ordering: .relaxed) }
}

import Synchronization

/// Counts the blocks that files take, so that an image whose files share blocks cannot keep us
/// reading for ever. In a sound file system each block belongs to one.
final class BlockBudget: Sendable {
    private let left: Atomic<UInt64>

    /// - Parameter blockCount: how many blocks there are to take.
    init(blockCount: UInt64) {
        left = Atomic(blockCount)
    }

    /// Takes blocks; false once there are none left.
    func take(_ count: UInt64) -> Bool {
        var now = left.load(ordering: .relaxed)
        while now >= count {
            let (done, seen) = left.compareExchange(
                expected: now, desired: now - count, ordering: .relaxed)
            if done { return true }
            now = seen
        }
        return false
    }
}

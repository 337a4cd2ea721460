internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Gives a file on a tmpfs its memory in pages of 2 MiB, ahead of what is written there: `MADV_COLLAPSE` of
/// madvise(2), Linux 6.1.
///
/// Most of a write to a tmpfs is finding its pages one by one; this halves what that takes. But where the
/// machine has no memory in pieces of that size at hand, it takes eight times as long: the kernel moves other
/// pages out of the way, or a virtual machine asks its host for memory that it gave back. Nobody can know
/// before, so what it gains and loses is kept account of, and it ends when too much is lost.
///
/// One thread at a time may use this.
@safe final class HugePages {
    /// Of a page.
    static let byteCount: UInt64 = 2 << 20
    /// For less data there is more to lose than to gain.
    private static let worthwhileByteCount: UInt64 = 64 << 20
    /// What a page's worth of small pages takes on a fast machine. One huge page takes 0.15 ms there, or 5 ms.
    private static let usualTime = Duration.microseconds(500)
    /// So much may be lost, or kept of what was gained.
    private static let stake = Duration.milliseconds(8)
    /// `MADV_COLLAPSE` (asm-generic/mman-common.h).
    private static let collapse: Int32 = 25

    private let file: FileDescriptor
    /// Blocks of 4 KiB that are not written, in rising order.
    private let holes: [Range<UInt64>]
    /// Pages of the file that have been seen to.
    private var seen: Set<UInt64> = []
    private var gain = Duration.zero
    /// Addresses for one page at a time; twice as many, so that one lies in them as the kernel wants it.
    private let window: UnsafeMutableRawPointer

    /// Nil where there are no addresses left.
    ///
    /// - Parameters:
    ///   - file: on a tmpfs.
    ///   - byteCount: its size.
    ///   - holes: blocks of 4 KiB that are never written, in any order.
    init?(of file: FileDescriptor, byteCount: UInt64, holes: [Range<UInt64>]) {
        let size = 2 * Int(Self.byteCount)
        let window = unsafe mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let window = unsafe window, unsafe window != MAP_FAILED else { return nil }
        self.file = file
        self.holes = (holes + [byteCount / Geometry.blockSize..<UInt64.max]).joinedRuns()
        unsafe self.window = window
    }

    /// For an image on its way; nil where it does not lie in memory, or holds little data.
    convenience init?(_ plan: Plan, _ output: OutputFile) {
        let data = plan.usage.data * Geometry.blockSize
        guard output.isInMemory, data >= Self.worthwhileByteCount else { return nil }
        self.init(of: output.descriptor, byteCount: plan.byteCount, holes: plan.unwritten)
    }

    deinit { unsafe munmap(window, 2 * Int(Self.byteCount)) }

    /// Whether it is still worth while.
    var areWorthwhile: Bool { gain > .zero - Self.stake }

    /// Gives the file memory where bytes are about to be written. What is there already stays.
    func prepare(_ bytes: Range<UInt64>) {
        guard let last = bytes.last else { return }
        for page in bytes.lowerBound / Self.byteCount...last / Self.byteCount
        where areWorthwhile && isFull(page) && seen.insert(page).inserted {
            let start = ContinuousClock.now
            let isDone = fill(page)
            let time = ContinuousClock.now - start
            gain = min(gain + (isDone ? Self.usualTime - time : .zero - Self.stake), Self.stake)
        }
    }

    /// Whether all blocks of a page are written.
    private func isFull(_ page: UInt64) -> Bool {
        let count = Self.byteCount / Geometry.blockSize
        let blocks = page * count..<(page + 1) * count
        var low = 0
        var high = holes.count
        while low < high {
            let middle = (low + high) / 2
            if holes[middle].upperBound <= blocks.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low == holes.count || holes[low].lowerBound >= blocks.upperBound
    }

    private func fill(_ page: UInt64) -> Bool {
        let size = Int(Self.byteCount)
        let offset = off_t(page * Self.byteCount)
        // The kernel makes no page where there is none at all.
        guard posix_fallocate(file.rawValue, offset, off_t(Geometry.blockSize)) == 0 else {
            return false
        }
        let place = unsafe window.alignedUp(toMultipleOf: size)
        let mapped = unsafe mmap(
            place, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file.rawValue, offset)
        guard unsafe mapped == place else { return false }
        let result = unsafe madvise(place, size, Self.collapse)
        // As long as it is mapped, it counts as this process's memory.
        _ = unsafe mmap(
            place, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
        return result == 0
    }
}

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
final class HugePages {
    /// The size of a page in bytes.
    static let pageSize: UInt64 = 2 << 20
    /// For less data there is more to lose than to gain.
    private static let worthwhileByteCount: UInt64 = 64 << 20
    /// What a page's worth of small pages takes on a fast machine. One huge page takes 0.15 ms there, or 5 ms.
    static let usualTime = Duration.microseconds(500)
    /// It ends when so much is lost. Of what was gained before, up to half of it counts.
    private static let stake = Duration.milliseconds(8)
    /// No page counts for more: a call that took long may have waited for something else, just once.
    private static let largestLoss = Duration.milliseconds(5)
    /// `MADV_COLLAPSE` (asm-generic/mman-common.h).
    private static let collapse: Int32 = 25

    private let file: FileDescriptor
    /// Blocks of 4 KiB that stay as they are, in rising order.
    private let holes: [Range<UInt64>]
    private let usualTime: Duration
    /// Pages of the file that have been seen to.
    private var seen: Set<UInt64> = []
    private var gain = Duration.zero

    /// - Parameters:
    ///   - file: on a tmpfs.
    ///   - blockCount: its size, in blocks of 4 KiB.
    ///   - holes: blocks that are never written, in any order.
    ///   - usualTime: what takes longer is a loss.
    init(
        of file: FileDescriptor, blockCount: UInt64, holes: [Range<UInt64>],
        usualTime: Duration = HugePages.usualTime
    ) {
        self.file = file
        self.holes = (holes + [blockCount..<UInt64.max]).joinedRuns()
        self.usualTime = usualTime
    }

    /// For an image on its way; nil where it does not lie in memory, or holds little data.
    convenience init?(_ plan: Plan, _ output: OutputFile) {
        let data = plan.usage.data * Geometry.blockSize
        guard output.isInMemory, data >= Self.worthwhileByteCount else { return nil }
        self.init(
            of: output.descriptor, blockCount: plan.geometry.blockCount, holes: plan.unwritten)
    }

    /// Whether it is still worth while. Once it is not, nothing changes here any more.
    var areWorthwhile: Bool { gain > .zero - Self.stake }

    /// Whether any of these bytes, at least one, lies in a page that has been asked for: something may be
    /// there then that was not written.
    func haveSeen(_ bytes: Range<UInt64>) -> Bool {
        Self.pages(of: bytes).contains(where: seen.contains)
    }

    /// Gives the file memory where bytes, at least one, are about to be written. What is there already stays.
    func prepare(_ bytes: Range<UInt64>) {
        for page in Self.pages(of: bytes) where isFull(page) {
            guard areWorthwhile else { return }
            guard seen.insert(page).inserted else { continue }
            let start = ContinuousClock.now
            let isDone = fill(page)
            let time = ContinuousClock.now - start
            // What failed once most likely fails always.
            let change =
                isDone ? max(usualTime - time, .zero - Self.largestLoss) : .zero - Self.stake
            gain = min(gain + change, Self.stake / 2)
        }
    }

    private static func pages(of bytes: Range<UInt64>) -> ClosedRange<UInt64> {
        bytes.lowerBound / pageSize...(bytes.upperBound - 1) / pageSize
    }

    /// Whether all blocks of a page are to be written.
    private func isFull(_ page: UInt64) -> Bool {
        let count = Self.pageSize / Geometry.blockSize
        return !holes.runsOverlap(page * count..<(page + 1) * count)
    }

    private func fill(_ page: UInt64) -> Bool {
        let size = Int(Self.pageSize)
        let offset = off_t(page * Self.pageSize)
        // The kernel makes no page where there is none at all.
        guard posix_fallocate(file.rawValue, offset, off_t(Geometry.blockSize)) == 0 else {
            return false
        }
        // In twice as many addresses there is a place that begins where such a page may.
        let room = unsafe mmap(nil, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let room = unsafe room, unsafe room != MAP_FAILED else { return false }
        let place = unsafe room.alignedUp(toMultipleOf: size)
        let mapped = unsafe mmap(
            place, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file.rawValue, offset)
        // Where that fails, nobody knows whose the addresses are now.
        guard unsafe mapped == place else { return false }
        let result = unsafe madvise(place, size, Self.collapse)
        unsafe munmap(room, 2 * size)
        return result == 0
    }
}

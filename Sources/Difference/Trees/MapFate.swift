import Ext4Image
import Ext4Layout
import ImageBytes

/// What became of the blocks of a file, where its map is not the same on both sides.
struct MapFate: Sendable {
    var isSameSize = true
    /// Whether the same blocks of the file lie in the same blocks of the image.
    var isSameMap = true
    /// The first byte of the file that differs, as far as it lies in blocks that moved.
    var firstDifference: UInt64?
    /// Blocks that lie elsewhere, their bytes unchanged.
    var movedBlocks: UInt64 = 0
    /// Whether one side has more blocks than the other.
    var takesOtherBlocks = false
    /// Whether bytes after the file's last one differ in a block that moved.
    var hasOtherSlack = false
}

/// Compares files by their maps: block for block of the file, wherever it lies in the images.
final class MapComparison {
    let old: Ext4Image
    let new: Ext4Image
    /// Blocks that may still be compared. In a sound image each belongs to one file; where a hostile
    /// one has them in many, we do not read for ever.
    private(set) var blocksLeft: UInt64
    /// Whether ``blocksLeft`` was met.
    private(set) var isSpent = false
    private var unreleased: UInt64 = 0

    /// More runs of one file than this are not followed: 24 MiB.
    static let runLimit = 1 << 19

    init(_ old: Ext4Image, _ new: Ext4Image) {
        self.old = old
        self.new = new
        blocksLeft = 2 * max(old.geometry.blockCount, new.geometry.blockCount)
    }

    /// Compares the content of a pair of inodes.
    func compare(_ number: UInt32, _ same: UInt32) -> MapFate? {
        let (old, new) = (self.old, self.new)
        guard let one = old.inode(number), let other = new.inode(same),
            old.hasMap(one), new.hasMap(other)
        else { return nil }
        guard old.geometry.blockSize == new.geometry.blockSize else {
            return compareBytes(number, same)
        }
        let left = Self.runs(of: one, in: old)
        let right = Self.runs(of: other, in: new)
        var fate = MapFate()
        let sizes = (one.size, other.size)
        if sizes.0 != sizes.1 { fate.firstDifference = min(sizes.0, sizes.1) }
        fate.isSameSize = sizes.0 == sizes.1
        fate.takesOtherBlocks =
            left.reduce(0) { $0 + $1.length } != right.reduce(0) { $0 + $1.length }
        compare(left, right, end: min(sizes.0, sizes.1), &fate)
        return fate
    }

    /// Gives the images' memory back once in a while: they may be compared as a whole here.
    private func release(_ blocks: UInt64) {
        unreleased += blocks * UInt64(old.geometry.blockSize)
        guard unreleased >= Self.releaseByteCount else { return }
        unreleased = 0
        old.bytes.releaseAll()
        new.bytes.releaseAll()
    }

    /// So much of each image is in memory at once because of this.
    private static let releaseByteCount: UInt64 = 8 << 20

    /// The same where blocks have other sizes, so that none moved: the bytes are read.
    private func compareBytes(_ number: UInt32, _ same: UInt32) -> MapFate {
        let one = FileContent(image: old, inode: number, path: [])
        let other = FileContent(image: new, inode: same, path: [])
        var fate = MapFate(isSameMap: false)
        if one.size != other.size { fate.firstDifference = min(one.size, other.size) }
        let size = UInt64(old.geometry.blockSize)
        let step = UInt64(1 << 20)
        var start: UInt64 = 0
        while start < min(one.size, other.size) {
            let end = min(start + step, one.size, other.size)
            guard blocksLeft >= step / size else {
                isSpent = true
                return fate
            }
            blocksLeft -= step / size
            let parts = (one.bytes(start..<end), other.bytes(start..<end))
            release(step / size)
            if parts.0 != parts.1 {
                let at = zip(parts.0, parts.1).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
                fate.firstDifference = min(fate.firstDifference ?? .max, start + UInt64(at))
                return fate
            }
            start = end
        }
        return fate
    }

    private static func runs(of inode: borrowing Inode, in image: Ext4Image) -> [BlockRun] {
        var runs: [BlockRun] = []
        image.walkMap(of: inode) { event in
            if case .run(let run) = event {
                // Overlapping runs cannot be; what comes later is left out.
                guard run.logical >= runs.last?.logicalEnd ?? 0 else { return true }
                runs.append(run)
            }
            return runs.count < runLimit
        }
        return runs
    }

    private func compare(
        _ left: [BlockRun], _ right: [BlockRun], end: UInt64, _ fate: inout MapFate
    ) {
        var (one, other) = (0, 0)
        var logical: UInt64 = 0
        while one < left.count || other < right.count {
            while one < left.count, left[one].logicalEnd <= logical { one += 1 }
            while other < right.count, right[other].logicalEnd <= logical { other += 1 }
            guard one < left.count || other < right.count else { return }
            let before = one < left.count ? left[one] : nil
            let after = other < right.count ? right[other] : nil
            let starts = (before?.logical ?? .max, after?.logical ?? .max)
            logical = max(logical, min(starts.0, starts.1))
            let isIn = (starts.0 <= logical, starts.1 <= logical)
            guard isIn.0 || isIn.1 else { break }
            var next = min(
                isIn.0 ? before?.logicalEnd ?? .max : starts.0,
                isIn.1 ? after?.logicalEnd ?? .max : starts.1)
            next = max(next, logical + 1)
            compare(
                logical..<next, isIn.0 ? before : nil, isIn.1 ? after : nil, end: end, &fate)
            logical = next
        }
    }

    /// Compares blocks of the file that lie in one run, or a hole, on each side.
    private func compare(
        _ blocks: Range<UInt64>, _ before: BlockRun?, _ after: BlockRun?, end: UInt64,
        _ fate: inout MapFate
    ) {
        let places = (
            before.map { $0.physical + (blocks.lowerBound - $0.logical) },
            after.map { $0.physical + (blocks.lowerBound - $0.logical) }
        )
        if let before, let after, places.0 == places.1, before.isUnwritten == after.isUnwritten {
            // Bytes that differ there are found where they lie.
            return
        }
        fate.isSameMap = false
        let (old, new) = (self.old, self.new)
        let written = (before?.isUnwritten == false, after?.isUnwritten == false)
        let size = UInt64(old.geometry.blockSize)
        for block in blocks {
            let start = block &* size
            guard start < end else { return }
            guard blocksLeft > 0 else {
                isSpent = true
                return
            }
            blocksLeft -= 1
            release(1)
            let step = block - blocks.lowerBound
            // Beyond the last block there is nothing, which reads as zeros.
            let nowhere = UInt64.max
            let one = old.block(written.0 ? (places.0 ?? nowhere) &+ step : nowhere)
            let other = new.block(written.1 ? (places.1 ?? nowhere) &+ step : nowhere)
            let count = Int(min(size, end - start))
            if let at = one.firstDifference(from: other, count: count) {
                fate.firstDifference = min(fate.firstDifference ?? .max, start + UInt64(at))
            } else if written.0, written.1 {
                fate.movedBlocks += 1
            }
            if let one, let other, fate.isSameSize, count < one.count,
                one.firstDifference(from: other, in: count..<one.count) != nil
            {
                fate.hasOtherSlack = true
            }
        }
    }
}

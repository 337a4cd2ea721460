import Testing

@testable import Ext4Build

/// Which block goes to whom.
@Suite struct AllocationTests {
    private func space(_ blocks: UInt64 = 32_768 * 4) throws -> FreeSpace {
        FreeSpace(try #require(Geometry(blockCount: blocks, inodeCount: 64)))
    }

    @Test func `requests get the first gap that holds them whole`() throws {
        var space = try space()
        let gaps = space.gaps
        #expect(gaps.count == 3)
        let whole = gaps.reduce(0) { $0 + UInt64($1.count) }
        #expect(space.freeCount == whole)
        let first = UInt64(gaps[0].count)
        // Eleven do not fit any more before the first backup; ten do, later.
        let counts = [first - 10, 11, 10, 1]
        let taken = counts.map { space.take($0) }
        let (start, end, next) = (gaps[0].lowerBound, gaps[0].upperBound, gaps[1].lowerBound)
        #expect(taken[0] == [start..<end - 10])
        #expect(taken[1] == [next..<next + 11])
        #expect(taken[2] == [end - 10..<end])
        #expect(taken[3] == [next + 11..<next + 12])
        #expect(space.freeCount == whole - first - 12)
    }

    @Test func `only what no gap holds is split, over untouched gaps first`() throws {
        var space = try space()
        let gaps = space.gaps
        _ = space.take(5)
        // Longer than any gap: the second and third are whole, and then the begun one follows.
        let longest = gaps.map { UInt64($0.count) }.max() ?? 0
        let taken = space.take(longest + 7)
        let pieces = try #require(taken)
        #expect(pieces.map(\.lowerBound) == pieces.map(\.lowerBound).sorted())
        #expect(pieces.count == 2)
        #expect(pieces.contains(gaps[1]))
        #expect(!pieces.contains { $0.overlaps(gaps[0]) })
    }

    @Test func `all can be taken, and not one more`() throws {
        var space = try space()
        let count = space.freeCount
        let tooMany = space.take(count + 1)
        #expect(tooMany == nil)
        let all = space.take(count) ?? []
        #expect(all.reduce(0) { $0 + UInt64($1.count) } == count)
        #expect(space.freeCount == 0)
        let none = space.take(0)
        #expect(none == [])
        let more = space.take(1)
        #expect(more == nil)
    }

    @Test func `extent trees grow a level where one is full`() {
        #expect(ExtentTree.levels(extentCount: 0) == [])
        #expect(ExtentTree.levels(extentCount: 4) == [])
        #expect(ExtentTree.levels(extentCount: 5) == [1])
        #expect(ExtentTree.levels(extentCount: 340) == [1])
        #expect(ExtentTree.levels(extentCount: 341) == [2])
        #expect(ExtentTree.levels(extentCount: 1_360) == [4])
        #expect(ExtentTree.levels(extentCount: 1_361) == [5, 1])
        #expect(ExtentTree.levels(extentCount: 340 * 340 * 4) == [1_360, 4])
        #expect(ExtentTree.levels(extentCount: 340 * 340 * 4 + 1) == [1_361, 5, 1])
        #expect(ExtentTree.blockCount(extentCount: 1_361) == 6)
    }
}

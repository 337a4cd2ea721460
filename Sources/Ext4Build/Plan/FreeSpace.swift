/// The blocks that nothing has taken yet, and the rule by which they are given out.
///
/// Every request gets the first gap that holds all of it, so that a file is in one piece wherever the
/// geometry allows; what is left before a fixed structure is filled by later, smaller requests. Only
/// what no gap can hold is split, over whole gaps first.
struct FreeSpace {
    /// Runs between fixed structures, in rising order, less what was taken from their start.
    private(set) var gaps: [Range<UInt64>]
    /// Where the gaps began: one that is still whole is the place for what must be split.
    private let starts: [UInt64]
    /// No gap before this one has a block left.
    private var firstOpen = 0
    private(set) var freeCount: UInt64

    init(_ geometry: Geometry) {
        var gaps: [Range<UInt64>] = []
        var cursor: UInt64 = 0
        for run in geometry.metadata {
            if cursor < run.lowerBound { gaps.append(cursor..<run.lowerBound) }
            cursor = run.upperBound
        }
        if cursor < geometry.blockCount { gaps.append(cursor..<geometry.blockCount) }
        self.gaps = gaps
        starts = gaps.map(\.lowerBound)
        freeCount = gaps.reduce(0) { $0 + UInt64($1.count) }
    }

    /// Takes `count` blocks; the pieces are in rising order. Nil where there are not so many.
    mutating func take(_ count: UInt64) -> [Range<UInt64>]? {
        guard count <= freeCount else { return nil }
        guard count > 0 else { return [] }
        while gaps[firstOpen].isEmpty { firstOpen += 1 }
        if let index = gaps[firstOpen...].firstIndex(where: { UInt64($0.count) >= count }) {
            return [take(count, from: index)]
        }
        return split(count)
    }

    private mutating func split(_ count: UInt64) -> [Range<UInt64>] {
        let open = (firstOpen..<gaps.count).filter { !gaps[$0].isEmpty }
        let whole = open.filter { gaps[$0].lowerBound == starts[$0] }
        let begun = open.filter { gaps[$0].lowerBound != starts[$0] }
        var left = count
        var pieces: [Range<UInt64>] = []
        for index in whole + begun where left > 0 {
            let piece = take(min(left, UInt64(gaps[index].count)), from: index)
            left -= UInt64(piece.count)
            pieces.append(piece)
        }
        return pieces.sorted { $0.lowerBound < $1.lowerBound }
    }

    private mutating func take(_ count: UInt64, from index: Int) -> Range<UInt64> {
        let taken = gaps[index].lowerBound..<gaps[index].lowerBound + count
        gaps[index] = taken.upperBound..<gaps[index].upperBound
        freeCount -= count
        return taken
    }
}

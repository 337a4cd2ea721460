/// What the map of a file costs where the file system has no extents: each block of numbers leads to
/// a quarter as many blocks as it has bytes.
struct IndirectBlocks {
    /// Block numbers in a block.
    private let perBlock: UInt64

    private static let directBlocks: UInt64 = 12

    /// - Parameter blockSize: bytes in a block, at least 1,024.
    init(blockSize: Int) { perBlock = UInt64(max(blockSize, 1024) / 4) }

    /// The blocks of content of the largest file that fits.
    ///
    /// - Parameter available: blocks that are there for content and map.
    /// - Returns: the blocks that are left for content.
    func content(in available: UInt64) -> UInt64 {
        var low: UInt64 = 0
        var high = available
        while low < high {
            let middle = low + (high - low + 1) / 2
            let (sum, overflow) = middle.addingReportingOverflow(map(of: middle))
            if !overflow, sum <= available { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Blocks of numbers that files take which hold so many blocks: one file, or as few as can be
    /// where that is more than one can hold.
    private func map(of count: UInt64) -> UInt64 {
        let square = perBlock * perBlock
        let most = Self.directBlocks + perBlock + square + square * perBlock
        let (files, rest) = count.quotientAndRemainder(dividingBy: most)
        return files * mapOfOne(most) + mapOfOne(rest)
    }

    private func mapOfOne(_ count: UInt64) -> UInt64 {
        var left = count - min(count, Self.directBlocks)
        var map: UInt64 = 0
        var span = perBlock
        for level in 0..<3 where left > 0 {
            let here = min(left, span)
            var reach = span
            // The block at the top, and those below it that lead to something.
            for _ in 0...level {
                map += (here + reach - 1) / reach
                reach /= perBlock
            }
            left -= here
            span *= perBlock
        }
        return map
    }
}

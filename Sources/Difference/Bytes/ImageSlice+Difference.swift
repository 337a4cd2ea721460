import ImageBytes

extension ImageSlice? {
    /// Where two blocks differ in their first bytes; what is in no block reads as zeros.
    func firstDifference(from other: ImageSlice?, count: Int) -> Int? {
        if let self {
            guard let other else { return self.firstNonZero(in: 0..<count) }
            return self.firstDifference(from: other, in: 0..<count)
        }
        if let other { return other.firstNonZero(in: 0..<count) }
        return nil
    }
}

extension ImageSlice {
    /// Where two slices differ in a range that both have.
    func firstDifference(from other: ImageSlice, in range: Range<Int>) -> Int? {
        guard !slice(range).hasSameBytes(as: other.slice(range)) else { return nil }
        for offset in range where self[byte: offset] != other[byte: offset] { return offset }
        return nil
    }

    /// A block; nil where the image ends before it does.
    @_lifetime(copy self)
    func part(ofBlock block: UInt64, _ blockSize: Int) -> ImageSlice? {
        let (start, overflow) = block.multipliedReportingOverflow(by: UInt64(blockSize))
        return overflow ? nil : slice(ifAt: start, count: blockSize)
    }
}

/// The XXH3 of every block of an image that is not zeros: what tells which block differs.
public struct BlockHashes: Equatable, Sendable {
    /// The hashes of one span's blocks.
    public struct Span: Equatable, Sendable {
        /// The position of the span, in spans.
        public let index: UInt64
        /// Bit n is set where block n of the span is not zeros.
        public let present: UInt128
        /// One hash for each set bit, in order.
        public let hashes: [UInt64]

        /// The hash of block `block` of the span; nil where it is zeros.
        func hash(ofBlock block: Int) -> UInt64? {
            guard present >> UInt128(block) & 1 == 1 else { return nil }
            let before = present & ((1 << UInt128(block)) - 1)
            return hashes[before.nonzeroBitCount]
        }
    }

    /// Sorted by index; spans of zeros are left out.
    public let spans: [Span]

    /// How many blocks have a hash.
    public var blockCount: Int { spans.reduce(0) { $0 + $1.hashes.count } }

    /// The blocks of span `index`; nil where they are all zeros.
    public func span(_ index: UInt64) -> Span? {
        var low = 0
        var high = spans.count
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low < spans.count && spans[low].index == index ? spans[low] : nil
    }
}

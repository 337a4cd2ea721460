/// Two versions of a file's content, compared a window at a time.
struct ContentPair {
    let a: any ContentBytes
    let b: any ContentBytes

    /// Bytes of each side that are in memory at once.
    static let window = 1 << 17

    /// Bytes that both have.
    var commonCount: UInt64 { min(a.byteCount, b.byteCount) }

    /// What lies outside some ranges.
    enum Rest: Equatable {
        /// The two are equal there.
        case same
        /// They differ there, first at this offset.
        case differs(at: UInt64)
        /// The budget ended before that was known.
        case unknown
    }

    /// Whether the two, which have one size, are equal outside some ranges.
    ///
    /// - Parameters:
    ///   - ranges: in rising order, without overlaps.
    ///   - budget: what may be read.
    /// - Returns: where the first difference outside the ranges is, if there is one.
    func rest(outside ranges: [Range<UInt64>], _ budget: inout ContentBudget) -> Rest {
        guard a.byteCount == b.byteCount else { return .differs(at: commonCount) }
        var start: UInt64 = 0
        for range in ranges + [a.byteCount..<a.byteCount] {
            let end = min(range.lowerBound, a.byteCount)
            if start < end {
                switch compare(start, start, count: end - start, &budget) {
                case .same: break
                case let other: return other
                }
            }
            start = max(start, range.upperBound)
        }
        return .same
    }

    /// Whether so many bytes from two offsets on are equal.
    func compare(
        _ left: UInt64, _ right: UInt64, count: UInt64, _ budget: inout ContentBudget
    ) -> Rest {
        var done: UInt64 = 0
        while done < count {
            if left == right {
                let next = min(a.nextData(at: left + done), b.nextData(at: right + done)) - left
                done = max(done, next)
                if done >= count { break }
            }
            let part = Int(min(UInt64(Self.window), count - done))
            guard budget.compare(part) else { return .unknown }
            let one = a.bytes(at: left + done, count: part)
            let other = b.bytes(at: right + done, count: part)
            if one != other {
                let index = zip(one, other).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
                return .differs(at: left + done + UInt64(index))
            }
            done += UInt64(part)
        }
        return .same
    }
}

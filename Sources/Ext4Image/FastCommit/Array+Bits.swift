/// A bitmap: the lowest bit of the first byte comes first.
extension [UInt8] {
    /// Sets or clears bits; those past the end are left out.
    mutating func fill(_ bits: Range<Int>, with value: Bool) {
        var next = Swift.max(0, bits.lowerBound)
        let end = Swift.min(bits.upperBound, count * 8)
        while next < end {
            if next % 8 == 0, end - next >= 8 {
                let whole = next / 8..<end / 8
                replaceSubrange(whole, with: repeatElement(value ? 0xFF : 0, count: whole.count))
                next = whole.upperBound * 8
            } else {
                let bit = UInt8(1) << UInt8(next % 8)
                if value { self[next / 8] |= bit } else { self[next / 8] &= ~bit }
                next += 1
            }
        }
    }

    /// How many of the first bits are clear.
    func clearBits(below limit: Int) -> Int {
        let limit = Swift.min(limit, count * 8)
        let whole = self[0..<limit / 8].reduce(0) { $0 + 8 - $1.nonzeroBitCount }
        return whole + (limit / 8 * 8..<limit).count { self[$0 / 8] >> UInt8($0 % 8) & 1 == 0 }
    }

    /// The first clear bit before a limit.
    func firstClearBit(below limit: Int) -> Int? {
        guard let byte = firstIndex(where: { $0 != 0xFF }) else { return nil }
        let bit = byte * 8 + (~self[byte]).trailingZeroBitCount
        return bit < limit ? bit : nil
    }

    /// The last set bit before a limit.
    func lastSetBit(below limit: Int) -> Int? {
        var byte = Swift.min((limit + 7) / 8, count) - 1
        while byte >= 0 {
            let bits = Swift.min(8, limit - byte * 8)
            let value = self[byte] & UInt8(truncatingIfNeeded: (1 << bits) - 1)
            if value != 0 { return byte * 8 + 7 - value.leadingZeroBitCount }
            byte -= 1
        }
        return nil
    }
}

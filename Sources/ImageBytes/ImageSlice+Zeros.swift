#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension ImageSlice {
    /// Whether every byte of `range` is zero; traps where the slice has no such range.
    public func isZero(_ range: Range<Int>) -> Bool { firstNonZero(in: range) == nil }

    /// Whether every byte is zero.
    public var isZero: Bool { isZero(0..<count) }

    /// The offset of the first byte of `range` that is not zero.
    public func firstNonZero(in range: Range<Int>) -> Int? {
        let part = bytes.extracting(range)
        var offset = 0
        // Eight words at a time: one branch for 64 bytes is what keeps up with memory.
        while offset + 64 <= part.byteCount {
            // RawSpan checks the bounds; every bit pattern is a valid integer.
            let words = unsafe part.unsafeLoadUnaligned(
                fromByteOffset: offset, as: SIMD8<UInt64>.self)
            if words != .zero { break }
            offset += 64
        }
        while offset < part.byteCount {
            // As above.
            let byte = unsafe part.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
            if byte != 0 { return range.lowerBound + offset }
            offset += 1
        }
        return nil
    }

    /// Whether the bytes of one range come before those of another, a shorter one before what it
    /// starts; traps where the slice has no such range.
    public func isOrdered(_ first: Range<Int>, before second: Range<Int>) -> Bool {
        let (left, right) = (bytes.extracting(first), bytes.extracting(second))
        let order = unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right -> Int32 in
                guard let one = left.baseAddress, let other = right.baseAddress else { return 0 }
                // Both are valid for the smaller of their counts.
                return unsafe memcmp(one, other, min(left.count, right.count))
            }
        }
        return order == 0 ? first.count < second.count : order < 0
    }

    /// Whether two slices hold the same bytes.
    public func hasSameBytes(as other: ImageSlice) -> Bool {
        guard count == other.count else { return false }
        // Both pointers are valid for the count, which is the same.
        return unsafe bytes.withUnsafeBytes { left in
            unsafe other.bytes.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else {
                    return true
                }
                return unsafe memcmp(left, right, count) == 0
            }
        }
    }
}

/// One version of a file's content, read a window at a time.
protocol ContentBytes {
    /// How many bytes there are.
    var byteCount: UInt64 { get }

    /// Bytes from an offset on.
    ///
    /// - Parameters:
    ///   - offset: where they start; past the end there are none.
    ///   - count: how many at most; it is the caller's memory.
    /// - Returns: fewer than `count` only at the end. Holes, and what cannot be read, are zeros.
    func bytes(at offset: UInt64, count: Int) -> [UInt8]

    /// The first offset, at or after the given one, that may hold anything but zeros; the end of the
    /// content where none does.
    func nextData(at offset: UInt64) -> UInt64
}

extension ContentBytes {
    func nextData(at offset: UInt64) -> UInt64 { min(offset, byteCount) }

    /// Exactly so many bytes, or nil where the content has no such range.
    func exactly(_ count: Int, at offset: UInt64) -> [UInt8]? {
        let (end, overflow) = offset.addingReportingOverflow(UInt64(count))
        guard !overflow, end <= byteCount else { return nil }
        let found = bytes(at: offset, count: count)
        return found.count == count ? found : nil
    }
}

/// Integers in bytes that were read from a file.
extension [UInt8] {
    /// The unsigned integer of `count` bytes at an index; nil where there are not so many.
    func integer(at index: Int, count: Int, bigEndian: Bool = false) -> UInt64? {
        guard index >= 0, count <= 8, index <= self.count, count <= self.count - index else {
            return nil
        }
        let part = self[index..<index + count]
        return bigEndian
            ? part.reduce(0) { $0 << 8 | UInt64($1) }
            : part.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// A run of bytes in a tree's ``SourceTree/bytes``: a name or the target of a symbolic link.
///
/// Packed into eight bytes, since every node has two: 48 bits of position, 16 of length.
public struct ByteRange: Sendable, Equatable {
    private let packed: UInt64

    public static let empty = ByteRange(start: 0, count: 0)

    /// - Precondition: `start` is below 2^48 and `count` below 2^16.
    public init(start: Int, count: Int) {
        precondition(start < 1 << 48 && count < 1 << 16)
        packed = UInt64(start) << 16 | UInt64(count)
    }

    /// The same bytes where the pool, or a part of it, now lies in another, `count` bytes further on.
    func moved(by count: Int) -> ByteRange {
        self == .empty ? self : ByteRange(start: start + count, count: self.count)
    }

    public var start: Int { Int(packed >> 16) }
    public var count: Int { Int(packed & 0xFFFF) }
    public var range: Range<Int> { start..<start + count }
}

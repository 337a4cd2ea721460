/// A time as inodes keep it: seconds since 1970 and nanoseconds.
public struct Timestamp: Equatable, Comparable, Sendable {
    /// Seconds since 1970; negative before it.
    public let seconds: Int64
    /// 0 to 999,999,999; a hostile image may hold up to 2^30 - 1.
    public let nanoseconds: UInt32

    public init(seconds: Int64, nanoseconds: UInt32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The two lowest bits of `extra` extend the signed seconds, the rest are nanoseconds
    /// (`ext4_decode_extra_time`).
    public init(_ seconds: UInt32, extra: UInt32) {
        self.seconds = Int64(Int32(bitPattern: seconds)) + Int64(extra & 3) << 32
        nanoseconds = extra >> 2
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

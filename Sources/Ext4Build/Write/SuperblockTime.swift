/// A time as the superblock has it: 40 bits since 1970 (`ext4_update_tstamp`, fs/ext4/super.c).
struct SuperblockTime {
    let low: UInt32
    let high: UInt8

    init(_ seconds: Int64) {
        low = UInt32(truncatingIfNeeded: seconds)
        high = UInt8(truncatingIfNeeded: seconds >> 32)
    }
}

/// A time as an inode has it: 32 signed bits, two more in the field beside it, and no fraction
/// (`ext4_encode_extra_time`, fs/ext4/ext4.h).
struct InodeTime {
    let seconds: UInt32
    let extra: UInt32

    static let range: ClosedRange<Int64> = Int64(Int32.min)...0x3_7FFF_FFFF

    /// The time that is stored for one that an inode cannot hold, in seconds since 1970.
    static func nearest(to time: Int64) -> Int64 {
        min(max(time, range.lowerBound), range.upperBound)
    }

    init(_ time: Int64) {
        let time = Self.nearest(to: time)
        seconds = UInt32(truncatingIfNeeded: time)
        extra =
            UInt32(truncatingIfNeeded: (time - Int64(Int32(truncatingIfNeeded: time))) >> 32) & 3
    }
}

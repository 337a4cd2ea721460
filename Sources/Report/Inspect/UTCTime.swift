internal import Ext4Layout

/// A time stamp as `2024-02-29T12:00:00Z`, without a calendar library: days since 1970 become a date
/// by the Gregorian rule alone.
struct UTCTime: CustomStringConvertible {
    let description: String

    init(_ time: Timestamp) {
        let (days, seconds) = Self.divide(time.seconds, by: 86_400)
        // Counted from 0000-03-01, so that leap days end their years; 400 years have 146,097 days.
        let (era, day) = Self.divide(days + 719_468, by: 146_097)
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let dayOfMonth = dayOfYear - (153 * shifted + 2) / 5 + 1
        let fullYear = year + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(Self.pad(fullYear, 4))-\(Self.pad(month, 2))-\(Self.pad(dayOfMonth, 2))"
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { Self.pad($0, 2) }
        let fraction =
            time.nanoseconds == 0 ? "" : "." + Self.pad(Int64(time.nanoseconds), 9)
        description = "\(date)T\(clock.joined(separator: ":"))\(fraction)Z"
    }

    private static func divide(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let remainder = (value % divisor + divisor) % divisor
        return ((value - remainder) / divisor, remainder)
    }

    private static func pad(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

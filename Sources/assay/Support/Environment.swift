#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Golden

/// What commands ask the machine for, in one place: nothing here reaches an image.
enum Environment {
    /// Whether a continuous integration system runs us: `CI` is set, as all of them do.
    static var isCI: Bool {
        guard let value = getenv("CI").map({ String(cString: $0) }) else { return false }
        return !["", "0", "false"].contains(value)
    }

    /// The day of the clock, which waivers end by.
    static var today: CalendarDay { CalendarDay(secondsSince1970: Int64(time(nil))) }
}

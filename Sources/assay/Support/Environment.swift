#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ArgumentParser
import Golden

/// What commands ask the machine for, in one place: nothing here reaches an image.
enum Environment {
    /// Whether a continuous integration system runs us: `CI` is set, as all of them do.
    static var isCI: Bool {
        guard let value = getenv("CI").map({ String(cString: $0) }) else { return false }
        return !["", "0", "false"].contains(value)
    }

    /// Refuses to bless in CI: a person's act, which a job that runs for every change would make of
    /// whatever came out.
    static func refuseToBless(unless allowed: Bool) throws {
        guard isCI, !allowed else { return }
        StandardStreams.complain(
            "CI is set, and CI must not bless what came out: use assay verify there; --allow-ci does "
                + "it anyway")
        throw ExitStatus.trouble
    }

    /// The day of the clock, which waivers end by.
    static var today: CalendarDay { CalendarDay(secondsSince1970: Int64(time(nil))) }
}

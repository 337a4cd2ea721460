public import ArgumentParser
public import Golden
import HostSystem
import Report
import SystemPackage

// The library's values as values of options.

extension CalendarDay: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Cause.Name: ExpressibleByArgument {}

/// `--report FORMAT=FILE`.
struct ReportArgument: ExpressibleByArgument {
    let format: VerifyFormat
    let path: FilePath

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let format = VerifyFormat(rawValue: String(parts[0])),
            !parts[1].isEmpty
        else { return nil }
        self.format = format
        path = FilePath(argument: String(parts[1]))
    }
}

/// `--waive 'SUBJECT DAY REASON'`.
struct WaiverArgument: ExpressibleByArgument {
    let waiver: Waiver

    init?(argument: String) {
        let words = argument.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let until = CalendarDay(words[1]),
            let waiver = Waiver(
                subject: String(words[0]), until: until, reason: String(words[2]))
        else { return nil }
        self.waiver = waiver
    }
}

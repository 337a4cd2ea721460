import HostSystem
import Report
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Standard output and error, with their failures: output that cannot be written is trouble.
enum StandardStreams {
    /// Gives each stream that is closed to /dev/null. Otherwise the next file that is opened, such as
    /// an image, would be taken for the stream, and a message be written into it.
    static func fillGaps() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest number that is free: those before this one are open by now.
            _ = open("/dev/null", O_RDWR)
        }
    }

    static func print(_ text: String) throws(FileError) {
        try FileError.wrap("write", "standard output") {
            _ = try FileDescriptor.standardOutput.writeAll(Array(text.utf8))
        }
    }

    /// Prints a report in the form that was asked for.
    static func print(
        _ report: some CommandReport, _ format: OutputFormat
    ) throws(FileError) {
        switch format {
        case .text: try print(report.text)
        case .json: try print(report.json)
        }
    }

    static func print(_ json: JSONValue) throws(FileError) {
        try json.forEachPiece { piece throws(FileError) in try print(piece) }
    }

    /// Whether standard output is a terminal that shows colours, and nobody said `NO_COLOR`.
    static var showsColours: Bool {
        func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
        return isatty(FileDescriptor.standardOutput.rawValue) == 1 && value("NO_COLOR").isEmpty
            && !["", "dumb"].contains(value("TERM"))
    }

    /// A line on standard error; where that fails there is nobody left to tell.
    static func complain(_ message: String) {
        _ = try? FileDescriptor.standardError.writeAll(Array("assay: \(message)\n".utf8))
    }
}

import HostSystem
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Standard output and error, with their failures: output that cannot be written is trouble.
enum StandardStreams {
    static func print(_ text: String) throws(FileError) {
        try FileError.wrap("write", "standard output") {
            _ = try FileDescriptor.standardOutput.writeAll(Array(text.utf8))
        }
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

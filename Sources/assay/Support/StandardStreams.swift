import HostSystem
import SystemPackage

/// Standard output and error, with their failures: output that cannot be written is trouble.
enum StandardStreams {
    static func print(_ text: String) throws(FileError) {
        try FileError.wrap("write", "standard output") {
            _ = try FileDescriptor.standardOutput.writeAll(Array(text.utf8))
        }
    }

    /// A line on standard error; where that fails there is nobody left to tell.
    static func complain(_ message: String) {
        _ = try? FileDescriptor.standardError.writeAll(Array("assay: \(message)\n".utf8))
    }
}

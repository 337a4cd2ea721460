public import SystemPackage

/// A failed system call, with the file it was about.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file or folder, as it was named to the system.
    public let path: FilePath
    /// What was being done, as a verb: "open", "read".
    public let operation: String
    /// The system's reason.
    public let errno: Errno

    /// What to say instead of the system's reason, where that would say too little.
    public let reason: String?

    public init(_ operation: String, _ path: FilePath, _ errno: Errno, saying reason: String? = nil)
    {
        self.operation = operation
        self.path = path
        self.errno = errno
        self.reason = reason
    }

    public var description: String {
        "cannot \(operation) \(EscapedName(path)): \(reason ?? "\(errno)")"
    }

    /// Runs a swift-system call, whose `throws` is untyped although it only throws `Errno`.
    public static func wrap<Result>(
        _ operation: String, _ path: FilePath, _ body: () throws -> Result
    ) throws(FileError) -> Result {
        do { return try body() } catch {
            throw FileError(operation, path, error as? Errno ?? .ioError)
        }
    }
}

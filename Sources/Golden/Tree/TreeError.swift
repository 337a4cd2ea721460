public import ImageBytes

/// Why the tree of an image cannot be read as a whole.
public struct TreeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The path at fault, escaped.
    public let path: String
    public let reason: Reason

    /// The rule that is broken, or the limit that is passed.
    public enum Reason: Equatable, Sendable {
        case format(FormatError)
        case missingInode(UInt32)
        case noKind(mode: UInt16)
        /// A directory is met a second time: it contains itself, or has two names.
        case directoryTwice(UInt32)
        /// More blocks belong to files than the file system has: some belong to several.
        case blocksTwice
        case tooManyEntries(limit: Int)
        case namesTooLong(limit: Int)
        case pathTooLong(limit: Int)
        case directoryPathsTooLong(limit: Int)
    }

    public init(path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }

    public var description: String { "\(path): \(reason)" }
}

extension TreeError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .format(let error): error.description
        case .missingInode(let number): "there is no inode \(number)"
        case .noKind(let mode): "mode 0x\(String(mode, radix: 16)) is of no kind of file"
        case .directoryTwice(let number): "directory inode \(number) is reached a second time"
        case .blocksTwice: "files hold more blocks than there are: some belong to several"
        case .tooManyEntries(let limit): "there are more than \(limit) names"
        case .namesTooLong(let limit): "all names are longer than \(limit) bytes together"
        case .pathTooLong(let limit): "the path is longer than \(limit) bytes"
        case .directoryPathsTooLong(let limit):
            "the paths of all directories are longer than \(limit) bytes together"
        }
    }
}

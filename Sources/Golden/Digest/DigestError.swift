public import HostSystem
public import SystemPackage

/// Why the bytes of an image could not be hashed.
public enum DigestError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A system call failed.
    case file(FileError)
    /// The file ended at `offset`, though it was said to hold `expected` bytes: it shrank.
    case truncated(path: FilePath, offset: UInt64, expected: UInt64)
    /// Not the size of an image: zero, or more than the system can address.
    case unusableSize(path: FilePath, byteCount: UInt64)

    public var description: String {
        switch self {
        case .file(let error): error.description
        case .truncated(let path, let offset, let expected):
            "cannot read \(EscapedName(path)) to its end: it has \(offset) bytes now and had "
                + "\(expected); is something still writing to it?"
        case .unusableSize(let path, let byteCount):
            "cannot hash \(EscapedName(path)): \(byteCount) bytes are not the size of an image"
        }
    }
}

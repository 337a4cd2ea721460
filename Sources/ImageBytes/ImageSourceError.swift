public import HostSystem

/// Why an image's bytes cannot be had.
public enum ImageSourceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The machine could not do it.
    case file(FileError)
    /// A partition table that cannot be what it claims to be.
    case format(FormatError)
    /// A compressed file is broken or cut, near that byte of it.
    case compression(offset: UInt64, reason: String)
    /// A compressed file expands to more bytes than allowed.
    case expandsPast(limit: UInt64)
    /// The disk has no partition of that number.
    case noPartition(Int, present: [Int])
    /// The file system would start past the end of the file.
    case offsetPastEnd(offset: UInt64, count: UInt64)

    public var description: String {
        switch self {
        case .file(let error): return error.description
        case .format(let error): return error.description
        case .compression(let offset, let reason):
            return "cannot expand: \(reason) near byte \(offset) of the compressed file"
        case .expandsPast(let limit):
            return "expands to more than \(limit) bytes, which is the limit"
        case .noPartition(let number, let present):
            let numbers = present.map(String.init).joined(separator: ", ")
            return "has no partition \(number); "
                + (present.isEmpty ? "it has no partition table" : "it has \(numbers)")
        case .offsetPastEnd(let offset, let count):
            return "has \(count) bytes, so nothing starts at byte \(offset)"
        }
    }
}

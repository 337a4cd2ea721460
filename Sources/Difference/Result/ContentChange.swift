/// A file whose content differs.
public struct ContentChange: Equatable, Sendable {
    /// The file's inode in the first image.
    public let before: UInt32
    /// The file's inode in the second image.
    public let after: UInt32
    public let sizeBefore: UInt64
    public let sizeAfter: UInt64
    /// Bytes from the start of the file to the first that differs, or to the end of the shorter.
    public let offset: UInt64
    /// A few bytes from there on.
    public let excerptBefore: [UInt8]
    public let excerptAfter: [UInt8]
    /// What a look inside the two files found to be the reason, in one line; escaped.
    public var culprit: String?

    /// How many bytes an excerpt has at most.
    public static let excerptLimit = 16
}

/// How much of names a tree may have for a golden, counted where an image is read and where one is built:
/// what is blessed can be read again.
public struct TreeBudget: Sendable {
    /// Names, the root among them.
    public static let entryLimit = 32 << 20
    /// Bytes of all names together.
    public static let nameByteLimit = 1 << 30
    /// Bytes of a directory's path, its final slash included and escapes not counted: four times the
    /// kernel's `PATH_MAX`.
    public static let pathByteLimit = 16 << 10
    /// Bytes of all directories' paths together. Each is kept once, whatever the number of its entries.
    public static let directoryPathByteLimit = 256 << 20

    private var entries = 1
    private var nameBytes = 0
    private var directoryPathBytes = 0

    public init() {}

    /// Takes a name of so many bytes.
    ///
    /// - Returns: the limit that it passes, or nil.
    public mutating func takeName(byteCount: Int) -> TreeError.Reason? {
        entries += 1
        nameBytes += byteCount
        if entries > Self.entryLimit { return .tooManyEntries(limit: Self.entryLimit) }
        return nameBytes > Self.nameByteLimit ? .namesTooLong(limit: Self.nameByteLimit) : nil
    }

    /// Takes a directory whose path, with a slash behind it, has so many bytes.
    ///
    /// - Returns: the limit that it passes, or nil.
    public mutating func takeDirectory(pathByteCount: Int) -> TreeError.Reason? {
        directoryPathBytes += pathByteCount
        if pathByteCount > Self.pathByteLimit { return .pathTooLong(limit: Self.pathByteLimit) }
        return directoryPathBytes > Self.directoryPathByteLimit
            ? .directoryPathsTooLong(limit: Self.directoryPathByteLimit) : nil
    }
}

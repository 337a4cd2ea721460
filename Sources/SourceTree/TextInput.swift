internal import HostSystem
public import SystemPackage

/// Reads the whole of a text input.
public enum TextInput {
    /// A text beyond this many bytes is refused: the registration of a million store paths has less.
    public static let byteLimit = 1 << 30
    private static let chunkSize = 1 << 20

    /// Reads a file, or standard input for `-`.
    ///
    /// - Throws: ``SourceError/file(_:)``, for a text over the limit too.
    public static func read(_ path: FilePath) throws(SourceError) -> [UInt8] {
        do throws(FileError) {
            guard path != "-" else {
                return try FileError.wrap("read", "standard input") {
                    try readAll(.standardInput, expecting: 0)
                }
            }
            let file = try FileError.wrap("open", path) {
                try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            }
            defer { try? file.close() }
            return try FileError.wrap("read", path) {
                try readAll(file, expecting: Int((try? Stat(path))?.size ?? 0))
            }
        } catch {
            throw .file(error)
        }
    }

    /// The lines of a text input that are not empty, without their ends.
    ///
    /// - Throws: as ``read(_:)`` does.
    public static func lines(of path: FilePath) throws(SourceError) -> [[UInt8]] {
        try read(path).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    /// Reads to the end; `expecting` is the size that the file seems to have, 0 for a pipe.
    private static func readAll(_ file: FileDescriptor, expecting: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(expecting, byteLimit))
        while true {
            let chunk = try unsafe [UInt8](unsafeUninitializedCapacity: chunkSize) { room, count in
                count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(room))
            }
            if chunk.isEmpty { return bytes }
            guard bytes.count + chunk.count <= byteLimit else { throw Errno.fileTooLarge }
            bytes += chunk
        }
    }
}

internal import HostSystem
internal import SystemPackage

/// Reads the whole of a text input.
enum TextInput {
    /// A text beyond this many bytes is refused: the registration of a million store paths has less.
    static let byteLimit = 1 << 30
    private static let chunkSize = 1 << 20

    static func read(_ path: FilePath) throws(SourceError) -> [UInt8] {
        do {
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

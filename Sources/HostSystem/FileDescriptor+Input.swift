internal import CLinux

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
public import SystemPackage

extension FileDescriptor {
    /// Opens a file for reading without waiting for another process to open its other end, which may
    /// never happen: a pipe with a name is refused.
    ///
    /// A pipe without one, such as standard input or a shell's `<(...)`, has its other end already.
    ///
    /// - Parameter path: what to open.
    /// - Returns: the file, which reads wait on as always.
    /// - Throws: `FileError` where it cannot be opened, or is a pipe with a name.
    public static func openInput(_ path: FilePath) throws(FileError) -> FileDescriptor {
        let file = try FileError.wrap("open", path) {
            try open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        }
        guard !file.isNamedPipe else {
            try? file.close()
            throw FileError("open", path, .invalidArgument, saying: "it is a pipe, not a file")
        }
        let flags = fcntl(file.rawValue, F_GETFL)
        if flags >= 0 { _ = fcntl(file.rawValue, F_SETFL, flags & ~O_NONBLOCK) }
        return file
    }

    /// Whether the file is a pipe of any kind.
    public var isPipe: Bool { isFIFO(rawValue) }

    private var isNamedPipe: Bool {
        guard isPipe else { return false }
        var system = statfs()
        // Pipes without names lie in a file system of their own (`PIPEFS_MAGIC`).
        return unsafe fstatfs(rawValue, &system) != 0 || system.f_type != 0x5049_5045
    }
}

/// `S_ISFIFO`. Not in the extension, where `stat` is another.
private func isFIFO(_ file: Int32) -> Bool {
    var status = stat()
    return unsafe fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
}

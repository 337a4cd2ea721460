internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A folder that files are put into, open, so that nothing can lead out of it: every name is one
/// part of a path, links are not followed, and nothing that is there is opened for writing.
final class OutputFolder {
    /// What it is called in errors.
    let path: FilePath
    private let descriptor: Int32

    private init(_ descriptor: Int32, _ path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// A folder of the user's: made where there is none, and empty.
    static func make(_ path: FilePath) throws(FileError) -> OutputFolder {
        let made = unsafe path.withPlatformString { unsafe mkdir($0, 0o777) }
        guard made == 0 || errno == EEXIST else { throw Self.error("make the folder", path) }
        let descriptor = unsafe path.withPlatformString {
            unsafe open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw Self.error("open the folder", path) }
        let folder = OutputFolder(descriptor, path)
        // `directoryNotEmpty` says what is wrong in the system's words.
        if made != 0, try !folder.isEmpty() {
            throw FileError("extract into", path, .directoryNotEmpty)
        }
        return folder
    }

    /// A folder in this one, made where there is none; nil where something else has its name.
    func folder(_ name: String) throws(FileError) -> OutputFolder? {
        let inside = path.appending(name)
        let made = unsafe name.withCString { unsafe mkdirat(descriptor, $0, 0o777) }
        guard made == 0 || errno == EEXIST else { throw Self.error("make the folder", inside) }
        let child = unsafe name.withCString {
            unsafe openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        if child >= 0 { return OutputFolder(child, inside) }
        guard errno == ENOTDIR || errno == ELOOP else {
            throw Self.error("open the folder", inside)
        }
        return nil
    }

    /// A new file in this folder; nil where anything has its name.
    func file(_ name: String) throws(FileError) -> FileDescriptor? {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = unsafe name.withCString { unsafe openat(descriptor, $0, flags, 0o666) }
        if file >= 0 { return FileDescriptor(rawValue: file) }
        guard errno == EEXIST else { throw Self.error("create", path.appending(name)) }
        return nil
    }

    /// Takes back a file that was made here.
    func remove(_ name: String) {
        _ = unsafe name.withCString { unsafe unlinkat(descriptor, $0, 0) }
    }

    private func isEmpty() throws(FileError) -> Bool {
        let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else {
            throw Self.error("list", path)
        }
        defer { unsafe closedir(stream) }
        var count = 0
        // "." and ".." are the first two of an empty folder.
        while count < 3, unsafe readdir(stream) != nil { count += 1 }
        return count < 3
    }

    private static func error(_ operation: String, _ path: FilePath) -> FileError {
        FileError(operation, path, Errno(rawValue: errno))
    }
}

internal import CLinux
public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that gets its name only when it is finished.
///
/// Until ``commit()`` it has no name at all (`O_TMPFILE`), so that not even a kill leaves a part of
/// it behind. Where a file system knows no such files, and for the moment in which it takes another
/// file's place, it has a hidden name beside its final one, over which a ``LeftoverRemover`` watches.
public final class FreshFile: Sendable {
    public let path: FilePath
    /// Open for reading and writing.
    public let descriptor: FileDescriptor
    private let hidden: (name: FilePath, remover: LeftoverRemover)?

    /// Of which the umask takes some away, as of every file: a process cannot ask for its umask without
    /// changing it for all of its threads.
    private static let permissions: mode_t = 0o666

    /// Creates an empty file that is to be called `path`.
    ///
    /// - Throws: `FileError` with the folder, where nothing can be created in it.
    public init(_ path: FilePath) throws(FileError) {
        self.path = path
        if let unnamed = try Self.createUnnamed(in: path.folder) {
            (descriptor, hidden) = (unnamed, nil)
            return
        }
        let name = try Self.freeName(beside: path)
        let remover = try LeftoverRemover.watch(name)
        let named = unsafe name.withPlatformString {
            unsafe open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, Self.permissions)
        }
        guard named >= 0 else {
            let reason = Errno(rawValue: errno)
            // Somebody of the same number in another container was faster.
            if reason == .fileExists { remover.keep() } else { remover.remove() }
            throw Self.failure(in: path.folder, reason)
        }
        (descriptor, hidden) = (FileDescriptor(rawValue: named), (name, remover))
    }

    deinit {
        try? descriptor.close()
        hidden?.remover.remove()
    }

    /// A path under which this process can open the file again.
    public var reopeningPath: FilePath {
        hidden?.name ?? FilePath("/proc/self/fd/\(descriptor.rawValue)")
    }

    /// Hands the content to the disk.
    public func sync() throws(FileError) {
        guard fsync(descriptor.rawValue) == 0 else {
            throw FileError("sync", path, Errno(rawValue: errno))
        }
    }

    /// Gives the finished file its name, in place of whatever had it.
    public func commit() throws(FileError) {
        if let hidden { return try rename(hidden.name) }
        guard try !link(to: path) else { return }
        // A link cannot take the place of a file, a renaming can: another name in between.
        let name = try Self.freeName(beside: path)
        let remover = try LeftoverRemover.watch(name)
        let isOurs: Bool
        do throws(FileError) { isOurs = try link(to: name) } catch {
            remover.remove()
            throw error
        }
        guard isOurs else {
            remover.keep()
            throw FileError("name", path, .fileExists)
        }
        defer { remover.remove() }
        try rename(name)
    }

    /// The same, but only where nothing has the name, not even since somebody looked.
    ///
    /// - Returns: whether nothing had it.
    public func commitIfFree() throws(FileError) -> Bool {
        do throws(FileError) { return try link(to: path) } catch {
            // A file system without links.
            guard let hidden, [.notPermitted, .notSupported, .noFunction].contains(error.errno)
            else { throw error }
            return try renameIfFree(hidden.name)
        }
    }

    private func renameIfFree(_ hidden: FilePath) throws(FileError) -> Bool {
        let result = unsafe hidden.withPlatformString { old in
            unsafe path.withPlatformString { new in unsafe clinux_rename_to_free(old, new) }
        }
        if result == 0 { return true }
        switch errno {
        case EEXIST: return false
        case EINVAL, ENOSYS:
            // A file system that cannot do it at one stroke.
            guard !path.isTaken else { return false }
            try rename(hidden)
            return true
        default: throw FileError("name", path, Errno(rawValue: errno))
        }
    }

    private func rename(_ hidden: FilePath) throws(FileError) {
        let result = unsafe hidden.withPlatformString { old in
            unsafe path.withPlatformString { new in
                unsafe renameat(AT_FDCWD, old, AT_FDCWD, new)
            }
        }
        guard result == 0 else { throw FileError("name", path, Errno(rawValue: errno)) }
    }

    /// Whether the file could take the name: not where there is something already.
    private func link(to name: FilePath) throws(FileError) -> Bool {
        let result = unsafe reopeningPath.withPlatformString { source in
            unsafe name.withPlatformString {
                unsafe linkat(AT_FDCWD, source, AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
            }
        }
        guard result != 0 else { return true }
        guard errno == EEXIST else { throw FileError("name", path, Errno(rawValue: errno)) }
        return false
    }

    /// A file without a name; nil where the file system knows no such files.
    private static func createUnnamed(in folder: FilePath) throws(FileError) -> FileDescriptor? {
        let unnamed = unsafe folder.withPlatformString {
            unsafe open($0, LinuxConstant.openUnnamed | O_RDWR | O_CLOEXEC, permissions)
        }
        let reason = Errno(rawValue: errno)
        guard unnamed < 0 else {
            // Without /proc it could never get a name.
            if unsafe access("/proc/self/fd/\(unnamed)", F_OK) == 0 {
                return FileDescriptor(rawValue: unnamed)
            }
            close(unnamed)
            return nil
        }
        guard [.notSupported, .isDirectory, .invalidArgument].contains(reason) else {
            throw failure(in: folder, reason)
        }
        return nil
    }

    private static func failure(in folder: FilePath, _ reason: Errno) -> FileError {
        FileError("write to the folder", folder, reason)
    }

    /// A name that no other process takes. One of the same number in another container, or one that
    /// was killed with its remover, may have left the first choice behind.
    private static func freeName(beside path: FilePath) throws(FileError) -> FilePath {
        // Enough to see whose it is; what comes around it must still make no name of over 255 bytes.
        let last = (path.lastComponent?.string ?? "file").utf8.prefix(200)
        let start = ".\(String(decoding: last, as: UTF8.self)).assay-\(getpid())"
        for attempt in 0..<64 {
            var name = path.removingLastComponent()
            name.append(attempt == 0 ? start : "\(start)-\(attempt)")
            if !name.isTaken { return name }
        }
        throw FileError("find a free name beside", path, .fileExists)
    }
}

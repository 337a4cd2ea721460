internal import HostSystem
internal import SourceTree
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that gets its name only when it is finished.
///
/// Until ``commit()`` it has no name at all (`O_TMPFILE`), so that not even a kill leaves a part of
/// it behind. Where a file system knows no such files it has a hidden name beside its final one.
final class OutputFile: Sendable {
    let path: FilePath
    let descriptor: FileDescriptor
    /// Its name until it is finished, and who removes that, even after a SIGKILL.
    private let hidden: (name: FilePath, remover: LeftoverRemover)?
    private let turn = SleepingLock()

    /// Creates the file with `byteCount` bytes of zeros that take no space.
    init(_ path: FilePath, byteCount: UInt64) throws(BuildError) {
        let path = try Self.destination(of: path)
        self.path = path
        if let unnamed = try Self.createUnnamed(for: path) {
            descriptor = FileDescriptor(rawValue: unnamed)
            hidden = nil
        } else {
            let name = Self.hiddenName(for: path)
            let remover = try Self.watch(name)
            hidden = (name, remover)
            descriptor = FileDescriptor(rawValue: try Self.create(name, remover))
        }
        try resize(byteCount)
    }

    deinit {
        try? descriptor.close()
        hidden?.remover.remove()
    }

    /// A path under which this process can open the file again.
    var reopeningPath: String { hidden?.name.string ?? "/proc/self/fd/\(descriptor.rawValue)" }

    func resize(_ byteCount: UInt64) throws(BuildError) {
        guard ftruncate(descriptor.rawValue, off_t(byteCount)) == 0 else {
            throw failure("give \(byteCount) bytes to", errno)
        }
    }

    /// Runs `body`, which writes to the file, while no other thread does.
    ///
    /// The kernel lets one writer at a time into a file (the lock of its inode), and a thread that
    /// waits there spins: two that wrote at once took no less time, and twice the processor time.
    /// Here the other one sleeps, or reads.
    func inTurn<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try turn.withLock(body)
    }

    /// Writes all of `bytes` at a position. Several threads may, at different places.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(BuildError) {
        try inTurn { () throws(BuildError) in try unsafe writeAll(bytes, at: offset) }
    }

    private func writeAll(
        _ bytes: UnsafeRawBufferPointer, at offset: UInt64
    ) throws(BuildError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe pwrite(
                descriptor.rawValue, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
                off_t(offset) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("write", count == 0 ? ENOSPC : errno) }
            done += count
        }
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(BuildError) {
        let failure: BuildError? = unsafe bytes.withUnsafeBytes { bytes in
            do throws(BuildError) {
                try unsafe write(bytes, at: offset)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Fills `bytes` with what the file has at a position.
    func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(BuildError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe pread(
                descriptor.rawValue, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
                off_t(offset) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("read back", count == 0 ? EIO : errno) }
            done += count
        }
    }

    func byteCount() throws(BuildError) -> UInt64 {
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else {
            throw failure("measure", errno)
        }
        return UInt64(max(0, status.st_size))
    }

    /// The folder, for a message.
    var escapedFolder: EscapedName { EscapedName(Self.folder(of: path)) }

    /// Bytes of the disk that the file takes so far.
    var storedBytes: UInt64 {
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else { return 0 }
        return UInt64(max(0, status.st_blocks)) * 512
    }

    /// Hands the content to the disk.
    func sync() throws(BuildError) {
        guard fsync(descriptor.rawValue) == 0 else { throw failure("sync", errno) }
    }

    /// Gives the finished file its name, in place of whatever had it.
    func commit() throws(BuildError) {
        // Not our umask decides: an image is a file like any other.
        let mask = umask(0)
        umask(mask)
        fchmod(descriptor.rawValue, 0o666 & ~mask)
        if let hidden { return try moveIntoPlace(hidden.name) }
        guard try !link(to: path) else { return }
        // A link cannot take the place of a file, a renaming can: another name in between.
        let name = Self.hiddenName(for: path)
        let remover = try Self.watch(name)
        defer { remover.remove() }
        _ = unsafe name.withPlatformString { unsafe unlink($0) }
        _ = try link(to: name)
        try moveIntoPlace(name)
    }

    private func moveIntoPlace(_ hidden: FilePath) throws(BuildError) {
        let result = unsafe hidden.withPlatformString { old in
            unsafe path.withPlatformString { new in unsafe rename(old, new) }
        }
        guard result == 0 else { throw failure("name", errno) }
    }

    /// Whether the unnamed file could take the name: not where there is something already.
    private func link(to name: FilePath) throws(BuildError) -> Bool {
        let result = unsafe name.withPlatformString {
            unsafe linkat(AT_FDCWD, reopeningPath, AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
        }
        guard result != 0 else { return true }
        guard errno == EEXIST else { throw failure("name", errno) }
        return false
    }

    /// A file without a name; nil where the file system knows no such files.
    private static func createUnnamed(for path: FilePath) throws(BuildError) -> Int32? {
        let folder = folder(of: path)
        let unnamed = unsafe folder.withPlatformString {
            unsafe open($0, LinuxConstant.openUnnamed | O_RDWR | O_CLOEXEC, 0o600)
        }
        let reason = errno
        guard unnamed < 0 else {
            // Without /proc it could never get a name.
            if unsafe access("/proc/self/fd/\(unnamed)", F_OK) == 0 { return unnamed }
            close(unnamed)
            return nil
        }
        guard [EOPNOTSUPP, EISDIR, EINVAL].contains(reason) else {
            throw .output(FileError("write to the folder", folder, Errno(rawValue: reason)))
        }
        return nil
    }

    private static func create(
        _ hidden: FilePath, _ remover: LeftoverRemover
    ) throws(BuildError) -> Int32 {
        let named = unsafe hidden.withPlatformString {
            unsafe open($0, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard named >= 0 else {
            let reason = Errno(rawValue: errno)
            remover.remove()
            throw .output(FileError("create", hidden, reason))
        }
        return named
    }

    private static func watch(_ path: FilePath) throws(BuildError) -> LeftoverRemover {
        do { return try LeftoverRemover.watch(path) } catch { throw .output(error) }
    }

    static func folder(of path: FilePath) -> FilePath {
        let folder = path.removingLastComponent()
        return folder.isEmpty ? "." : folder
    }

    private static func hiddenName(for path: FilePath) -> FilePath {
        var name = path
        let last = path.lastComponent?.string ?? "image"
        name.removeLastComponent()
        name.append(".\(last).assay-\(getpid())")
        return name
    }

    private func failure(_ operation: String, _ reason: Int32) -> BuildError {
        guard reason == ENOSPC || reason == EDQUOT else {
            return .output(FileError(operation, path, Errno(rawValue: reason)))
        }
        return .diskFull(folder: escapedFolder, missing: 0)
    }
}

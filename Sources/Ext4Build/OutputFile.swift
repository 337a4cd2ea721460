internal import HostSystem
internal import ImageBytes
internal import SourceTree
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An image on its way: a file that several threads write, and that gets its name when it is finished.
final class OutputFile: Sendable {
    private let file: FreshFile
    /// Whether the kernel may copy into it without copying bytes.
    let sharesBlocks: Bool
    /// Whether it lies on a tmpfs.
    let isInMemory: Bool
    /// The way into it beside a writer, where it lies in memory.
    private let inserter: PageInserter?
    private let turn = SleepingLock()

    /// Creates the file with `byteCount` bytes of zeros that take no space.
    init(_ path: FilePath, byteCount: UInt64) throws(BuildError) {
        let path = try Self.destination(of: path)
        let type = Self.fileSystemType(at: path)
        sharesBlocks = type.map(Self.sharing.contains) ?? false
        isInMemory = type == LinuxConstant.tmpfs
        inserter = isInMemory ? PageInserter() : nil
        do { file = try FreshFile(path) } catch { throw .output(error) }
        try resize(byteCount)
    }

    var path: FilePath { file.path }
    var descriptor: FileDescriptor { file.descriptor }
    /// A path under which this process can open the file again.
    var reopeningPath: String { file.reopeningPath.string }

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

    /// Whether ``writeBesideOthers(_:at:)`` may do anything.
    var takesPages: Bool { inserter != nil }

    /// Writes whole blocks where nothing has been written yet, while another thread writes elsewhere.
    ///
    /// - Returns: whether it is done. Where not, nothing is lost: ``write(_:at:)`` does it, or says why not.
    func writeBesideOthers(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) -> Bool {
        unsafe inserter?.insert(bytes, into: descriptor, at: offset) ?? false
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
    var escapedFolder: EscapedName { EscapedName(path.folder) }

    /// Bytes of the disk that the file takes so far.
    var storedBytes: UInt64 {
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else { return 0 }
        return UInt64(max(0, status.st_blocks)) * 512
    }

    /// The bytes that were written, to look at.
    func mapped() throws(BuildError) -> MappedImage {
        do throws(FileError) { return try MappedImage(file: descriptor, path: path) } catch {
            throw .output(error)
        }
    }

    /// Throws where what was read of the image through a mapping was not what is in it.
    ///
    /// On a tmpfs to look at a hole takes memory, so that even reading can find the disk full.
    func checkIntact(_ bytes: MappedImage) throws(BuildError) {
        do throws(FileError) { try bytes.checkIntact() } catch {
            var status = statvfs()
            let isFull =
                unsafe fstatvfs(descriptor.rawValue, &status) == 0
                && UInt64(status.f_bavail) * UInt64(status.f_frsize) < Self.scarce
            throw isFull ? .diskFull(folder: escapedFolder, missing: Self.scarce) : .output(error)
        }
    }

    /// So little room may well have been none a moment ago; and so much is more than all that is looked at
    /// where nothing was written.
    private static let scarce: UInt64 = 1 << 20

    /// Hands the content to the disk.
    func sync() throws(BuildError) {
        do { try file.sync() } catch { throw failure(error) }
    }

    /// Gives the finished file its name, in place of whatever had it.
    func commit() throws(BuildError) {
        do { try file.commit() } catch { throw failure(error) }
    }

    private func failure(_ operation: String, _ reason: Int32) -> BuildError {
        failure(FileError(operation, path, Errno(rawValue: reason)))
    }

    private func failure(_ error: FileError) -> BuildError {
        [.noSpace, .diskQuotaExceeded].contains(error.errno)
            ? .diskFull(folder: escapedFolder, missing: 0) : .output(error)
    }
}

internal import CFaultGuard
public import HostSystem
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
public import SystemPackage

/// An image's bytes, mapped for as long as the object lives: a file, a part of one, or memory.
///
/// Offsets are counted from the start of the window, which is where the file system starts.
/// Sendable by hand: what the pointer leads to is written only before the object is shared.
@safe public final class MappedImage: @unchecked Sendable {
    /// The file, as it was named to the system.
    public let path: FilePath
    /// How many bytes the window has.
    public let count: Int
    /// Where in the file the window starts.
    public let fileOffset: UInt64
    let base: UnsafeMutableRawPointer
    private let mapping: UnsafeMutableRawPointer
    private let mappedCount: Int
    private let guardSlot: Int32

    /// Maps a file, or a part of it.
    ///
    /// - Parameters:
    ///   - path: a regular file or a block device.
    ///   - window: the bytes of the file to show; nil for all. It is cut at the end of the file.
    /// - Throws: `FileError` where the file cannot be opened or mapped, is empty or is no file, or
    ///   the window starts past its end.
    public convenience init(path: FilePath, window: Range<UInt64>? = nil) throws(FileError) {
        let file = try FileError.wrap("open", path) { try FileDescriptor.open(path, .readOnly) }
        defer { try? file.close() }
        try self.init(file: file, path: path, window: window)
    }

    /// Maps an open file, such as one without a name.
    ///
    /// - Parameters:
    ///   - file: open for reading; it may be closed afterwards.
    ///   - path: what to call it in errors.
    ///   - window: the bytes of the file to show; nil for all. It is cut at the end of the file.
    /// - Throws: as ``init(path:window:)``.
    public convenience init(
        file: FileDescriptor, path: FilePath, window: Range<UInt64>? = nil
    ) throws(FileError) {
        // A folder can be opened and measured, and then mmap says "no such device".
        var status = stat()
        guard unsafe fstat(file.rawValue, &status) == 0 else {
            throw FileError("measure", path, Errno(rawValue: errno))
        }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError("map", path, .isDirectory) }
        let size = try FileError.wrap("measure", path) { try file.seek(offset: 0, from: .end) }
        let window = window.map { $0.clamped(to: 0..<UInt64(max(0, size))) } ?? 0..<UInt64(size)
        guard size > 0, !window.isEmpty else { throw FileError("map", path, .invalidArgument) }

        // Private, so that a journal can be replayed into memory without touching the file.
        let mapped = unsafe mmap(
            nil, Int(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file.rawValue, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            throw FileError("map", path, Errno(rawValue: errno))
        }
        let slot = unsafe cfaultguard_watch(mapped, Int(size))
        guard slot >= 0 else {
            unsafe munmap(mapped, Int(size))
            throw FileError("map", path, .tooManyOpenFiles)
        }
        unsafe self.init(
            path: path, window: window, mapping: mapped, mappedCount: Int(size), guardSlot: slot)
    }

    private init(
        path: FilePath, window: Range<UInt64>, mapping: UnsafeMutableRawPointer, mappedCount: Int,
        guardSlot: Int32
    ) {
        self.path = path
        count = Int(window.upperBound - window.lowerBound)
        fileOffset = window.lowerBound
        unsafe base = mapping + Int(window.lowerBound)
        unsafe self.mapping = mapping
        self.mappedCount = mappedCount
        self.guardSlot = guardSlot
    }

    deinit {
        cfaultguard_unwatch(guardSlot)
        unsafe munmap(mapping, mappedCount)
    }

    /// The whole window. The span cannot outlive this object; the compiler sees to that.
    public var slice: ImageSlice {
        @_lifetime(borrow self) borrowing get {
            let bytes = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: count)
            return unsafe ImageSlice(_overrideLifetime(bytes, borrowing: self))
        }
    }

    /// The same bytes for an owner of this object that gives out slices under its own lifetime.
    public var unsafeBytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base, count: count)
    }

    /// Throws where the file shrank, or a page of it could not be read, since it was mapped: what
    /// was read after that was zeros. To be asked before any result is believed.
    public func checkIntact() throws(FileError) {
        if cfaultguard_was_hit(guardSlot) != 0 { throw FileError("read all of", path, .ioError) }
    }

    /// Lets the system take back the memory behind a range that will not be needed for a while.
    /// What it held is read from the file again when it is asked for.
    public func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = unsafe base - mapping + range.lowerBound
        let end = unsafe base - mapping + range.upperBound
        let first = (start + page - 1) / page * page
        let last = end / page * page
        guard range.lowerBound >= 0, range.upperBound <= count, first < last else { return }
        unsafe madvise(mapping + first, last - first, MADV_DONTNEED)
    }
}

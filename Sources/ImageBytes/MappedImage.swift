public import HostSystem
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
public import SystemPackage

/// An image's bytes, mapped for as long as the object lives: a file, or a part of one.
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
    private let base: UnsafeMutableRawPointer
    private let mapping: FileMapping

    /// The file, open as long as this object lives: who reads every byte once does so without the
    /// mapping, which would fill the holes of a sparse file. The window starts at ``fileOffset``.
    public var file: FileDescriptor { mapping.file }

    /// Maps a file, or a part of it.
    ///
    /// - Parameters:
    ///   - path: a regular file or a block device.
    ///   - window: the bytes of the file to show; nil for all. It is cut at the end of the file.
    /// - Throws: `FileError` where the file cannot be opened or mapped, is neither a file nor a block
    ///   device, or the window starts past its end. An empty file has no bytes, which is no error.
    public convenience init(path: FilePath, window: Range<UInt64>? = nil) throws(FileError) {
        // Without waiting for whoever may write into a pipe; `FileMapping` refuses it then.
        let file = try FileError.wrap("open", path) {
            try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        }
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
        try self.init(FileMapping(file, path: path), path: path, window: window)
    }

    private init(
        _ mapping: FileMapping, path: FilePath, window: Range<UInt64>?
    ) throws(FileError) {
        let all = 0..<UInt64(mapping.count)
        let isCut = window != nil
        let window = window.map { $0.clamped(to: all) } ?? all
        guard !isCut || !window.isEmpty else { throw FileError("map", path, .invalidArgument) }
        self.path = path
        self.mapping = mapping
        count = Int(window.upperBound - window.lowerBound)
        fileOffset = window.lowerBound
        unsafe base = mapping.base + Int(window.lowerBound)
    }

    /// A part of the same mapping; this object itself for nil.
    ///
    /// - Throws: `FileError` where the window starts past the end.
    func window(_ window: Range<UInt64>?) throws(FileError) -> MappedImage {
        guard let window else { return self }
        return try MappedImage(mapping, path: path, window: window)
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

    /// How much of the file is stored, whatever size it has: what a hostile one can claim at little
    /// cost is its holes. At most a window's worth.
    public var storedByteCount: UInt64 { min(mapping.storedByteCount, UInt64(count)) }

    /// Where the file stores something next, from an offset on; nil where the rest is a hole.
    ///
    /// - Parameter offset: at most ``count``.
    /// - Returns: an offset that is not smaller; the same one where the file cannot say.
    public func nextStored(from offset: Int) -> Int? {
        guard !mapping.isPatched else { return offset }
        let found = lseek(
            file.rawValue, off_t(fileOffset) + off_t(offset), LinuxConstant.seekData)
        if found >= 0 { return max(offset, Int(found) - Int(fileOffset)) }
        return errno == ENXIO ? nil : offset
    }

    /// Whether the file stores nothing of a range, which is zeros then.
    public func isHole(_ range: Range<Int>) -> Bool {
        nextStored(from: range.lowerBound).map { $0 >= range.upperBound } ?? true
    }

    /// Whether a small range is zero, read past the mapping: a page that is looked at once costs more
    /// to map than to copy, and would stay in memory.
    ///
    /// - Parameters:
    ///   - range: a range that we chose, with no more bytes than the buffer has.
    ///   - buffer: memory to read into.
    /// - Returns: false also where the file cannot be read, for the mapping to say why.
    public func isStoredZero(_ range: Range<Int>, buffer: PageBuffer) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let room = unsafe buffer.bytes
        guard !mapping.isPatched, range.count <= room.count else { return false }
        // Both bounds were just checked.
        let found = unsafe pread(
            file.rawValue, room.baseAddress, range.count,
            off_t(fileOffset) + off_t(range.lowerBound))
        guard found == range.count else { return false }
        let bytes = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(room))
        return ImageSlice(bytes).isZero(0..<range.count)
    }

    /// Throws where the file shrank, or a page of it could not be read, since it was mapped: what
    /// was read after that was zeros. To be asked before any result is believed.
    public func checkIntact() throws(FileError) {
        if mapping.wasHit { throw FileError("read all of", path, .ioError) }
    }

    /// Lets the system take back the memory behind a range that will not be needed for a while.
    /// What it held is read from the file again when it is asked for.
    public func release(_ range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= count else { return }
        let start = Int(fileOffset) + range.lowerBound
        mapping.release(start..<start + range.count)
    }

    /// The same of all of it.
    public func releaseAll() { release(0..<count) }

    /// The same file mapped once more, with some bytes replaced in memory. The file stays as it is.
    ///
    /// - Parameter patches: where, counted from the start of the window, and what.
    /// - Returns: the other view; ranges outside the window are left out.
    /// - Throws: `FileError` where the file cannot be opened or mapped again.
    public func replacing(_ patches: [Patch]) throws(FileError) -> MappedImage {
        let copy = try mapping.again(path: path)
        let view = try MappedImage(
            copy, path: path, window: fileOffset..<fileOffset + UInt64(count))
        for patch in patches {
            guard patch.offset <= UInt64(view.count),
                patch.bytes.count <= view.count - Int(patch.offset)
            else { continue }
            // The view is private to us and not yet shared; the bounds were just checked.
            unsafe patch.bytes.withUnsafeBytes { bytes in
                guard let source = bytes.baseAddress else { return }
                unsafe (view.base + Int(patch.offset)).copyMemory(
                    from: source, byteCount: patch.bytes.count)
            }
        }
        copy.isPatched = true
        return view
    }

    /// Bytes that take the place of others.
    public struct Patch: Sendable {
        public let offset: UInt64
        public let bytes: [UInt8]

        public init(offset: UInt64, bytes: [UInt8]) {
            self.offset = offset
            self.bytes = bytes
        }
    }
}

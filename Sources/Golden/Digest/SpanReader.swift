import HostSystem
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Gives out the spans of a file that hold data, each once, and reads them. Threads share it.
final class SpanReader: Sendable {
    private let file: FileDescriptor
    private let path: FilePath
    /// Where the image starts in the file.
    private let origin: Int64
    private let byteCount: UInt64
    private let cursor = Mutex(Cursor())

    private struct Cursor {
        var nextSpan: UInt64 = 0
        /// Data is known up to here, from the image's start.
        var dataEnd: UInt64 = 0
        var failed = false
    }

    init(_ file: FileDescriptor, path: FilePath, offset: Int64, byteCount: UInt64) {
        self.file = file
        self.path = path
        self.origin = offset
        self.byteCount = byteCount
    }

    /// Reads and hashes spans until none is left or a thread has failed.
    func hashSpans(with hasher: SpanHasher) throws(DigestError) -> [SpanHash] {
        var hashes: [SpanHash] = []
        while let span = cursor.withLock({ takeSpan(&$0) }) {
            do {
                let count = try read(
                    at: span * UInt64(VerityTree.spanByteCount), into: hasher)
                if let hash = hasher.hash(span: span, byteCount: count) { hashes.append(hash) }
            } catch {
                cursor.withLock { $0.failed = true }
                throw error
            }
        }
        return hashes
    }

    /// The hashes of one span, those of its blocks included; nil where it is zeros, or past the end.
    func hash(span: UInt64) throws(DigestError) -> SpanHash? {
        let start = span * UInt64(VerityTree.spanByteCount)
        guard start < byteCount else { return nil }
        let hasher = SpanHasher(wantsBlocks: true)
        return hasher.hash(span: span, byteCount: try read(at: start, into: hasher))
    }

    /// Plain SHA-256 of the whole image, holes included.
    func plainDigest(buffer: SpanHasher) throws(DigestError) -> SHA256Digest {
        var hasher = SHA256Hasher()
        var offset: UInt64 = 0
        while offset < byteCount {
            let count = try read(at: offset, into: buffer)
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer.buffer[..<count])
            unsafe hasher.update(bytes.bytes)
            offset += UInt64(count)
        }
        return hasher.finish()
    }

    /// Reads up to one span from `offset` of the image; all that is there, at most 512 KiB.
    private func read(at offset: UInt64, into hasher: SpanHasher) throws(DigestError) -> Int {
        let wanted = Int(min(UInt64(VerityTree.spanByteCount), byteCount - offset))
        var have = 0
        while have < wanted {
            let position = origin + Int64(offset) + Int64(have)
            let count: Int
            do {
                count = try FileError.wrap("read", path) {
                    try unsafe file.read(
                        fromAbsoluteOffset: position,
                        into: UnsafeMutableRawBufferPointer(rebasing: hasher.buffer[have..<wanted]))
                }
            } catch { throw .file(error) }
            guard count > 0 else {
                throw .truncated(
                    path: path, offset: offset + UInt64(have), expected: byteCount)
            }
            have += count
        }
        return wanted
    }

    /// `SEEK_DATA` and `SEEK_HOLE` of Linux's uapi/linux/fs.h, which glibc shows only to GNU C.
    private static let seekData: CInt = 3
    private static let seekHole: CInt = 4

    private func takeSpan(_ cursor: inout Cursor) -> UInt64? {
        let size = UInt64(VerityTree.spanByteCount)
        guard !cursor.failed, cursor.nextSpan * size < byteCount else { return nil }
        if cursor.nextSpan * size >= cursor.dataEnd {
            guard let data = nextData(from: cursor.nextSpan * size) else {
                cursor.nextSpan = byteCount / size + 1
                return nil
            }
            cursor.nextSpan = data.lowerBound / size
            cursor.dataEnd = data.upperBound
        }
        defer { cursor.nextSpan += 1 }
        return cursor.nextSpan
    }

    /// The next run of data at or after `offset`, in bytes of the image; nil where only holes
    /// follow. A file system that knows no holes has one run of data.
    private func nextData(from offset: UInt64) -> Range<UInt64>? {
        let position = off_t(origin) + off_t(offset)
        let data = lseek(file.rawValue, position, Self.seekData)
        if data < 0 { return errno == ENXIO ? nil : offset..<byteCount }
        let start = UInt64(data - off_t(origin))
        guard start < byteCount else { return nil }
        let hole = lseek(file.rawValue, data, Self.seekHole)
        let end = hole < 0 ? byteCount : min(byteCount, UInt64(hole - off_t(origin)))
        return start..<max(end, start + 1)
    }
}

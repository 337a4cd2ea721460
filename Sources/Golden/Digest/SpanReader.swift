import HostSystem
import ImageBytes
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
    /// The same bytes in memory, where they are: spans that hold data throughout are hashed from
    /// there, without a copy. To look at a hole there would fill it.
    private let image: MappedImage?
    private let cursor = Mutex(Cursor())

    private struct Cursor {
        var nextSpan: UInt64 = 0
        /// What is known to be data, from the image's start.
        var data: Range<UInt64> = 0..<0
        var failed = false
    }

    /// Spans in a row.
    private struct SpanRun {
        let first: UInt64
        let count: UInt64
        /// Whether no part of them is a hole, or past the end.
        let isDense: Bool
    }

    /// So many spans are taken at a time: with fewer the system is asked too often to let go of them,
    /// with more the threads together hold too much.
    private let runLimit: UInt64

    init(
        _ file: FileDescriptor, path: FilePath, offset: Int64, byteCount: UInt64,
        image: MappedImage? = nil, jobs: Int = 1
    ) {
        self.file = file
        self.path = path
        self.origin = offset
        self.byteCount = byteCount
        self.image = image
        runLimit = UInt64(min(16, max(1, 32 / max(1, jobs))))
    }

    /// Reads and hashes spans until none is left or a thread has failed.
    func hashSpans(with hasher: SpanHasher) throws(DigestError) -> [SpanHash] {
        var hashes: [SpanHash] = []
        while let run = cursor.withLock({ takeRun(&$0) }) {
            do { try hash(run, with: hasher, into: &hashes) } catch {
                cursor.withLock { $0.failed = true }
                throw error
            }
        }
        return hashes
    }

    private func hash(
        _ run: SpanRun, with hasher: SpanHasher, into hashes: inout [SpanHash]
    ) throws(DigestError) {
        let size = UInt64(VerityTree.spanByteCount)
        let spans = run.first..<run.first + run.count
        if run.isDense, let image {
            let range = Int(spans.lowerBound * size)..<Int(spans.upperBound * size)
            // Mapped pages count as memory of ours until we let go of them.
            defer { image.release(range) }
            for span in spans {
                let start = Int(span * size)
                let bytes = image.slice.slice(start..<start + VerityTree.spanByteCount).bytes
                if let hash = hasher.hash(span: span, bytes) { hashes.append(hash) }
            }
        } else {
            for span in spans {
                let count = try read(at: span * size, into: hasher)
                if let hash = hasher.hash(span: span, byteCount: count) { hashes.append(hash) }
            }
        }
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

    private func takeRun(_ cursor: inout Cursor) -> SpanRun? {
        let size = UInt64(VerityTree.spanByteCount)
        guard !cursor.failed, cursor.nextSpan * size < byteCount else { return nil }
        if cursor.nextSpan * size >= cursor.data.upperBound {
            guard let data = nextData(from: cursor.nextSpan * size) else {
                cursor.nextSpan = byteCount / size + 1
                return nil
            }
            cursor.nextSpan = data.lowerBound / size
            cursor.data = data
        }
        let first = cursor.nextSpan
        let dense =
            first * size < cursor.data.lowerBound
            ? 0 : (cursor.data.upperBound - first * size) / size
        let run =
            dense == 0
            ? SpanRun(first: first, count: 1, isDense: false)
            : SpanRun(first: first, count: min(dense, runLimit), isDense: true)
        cursor.nextSpan += run.count
        return run
    }

    /// The next run of data at or after `offset`, in bytes of the image; nil where only holes
    /// follow. A file system that knows no holes has one run of data.
    private func nextData(from offset: UInt64) -> Range<UInt64>? {
        let position = off_t(origin) + off_t(offset)
        let data = lseek(file.rawValue, position, LinuxConstant.seekData)
        if data < 0 { return errno == ENXIO ? nil : offset..<byteCount }
        let start = UInt64(data - off_t(origin))
        guard start < byteCount else { return nil }
        let hole = lseek(file.rawValue, data, LinuxConstant.seekHole)
        let end = hole < 0 ? byteCount : min(byteCount, UInt64(hole - off_t(origin)))
        return start..<max(end, start + 1)
    }
}

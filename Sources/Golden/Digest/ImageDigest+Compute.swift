import HostSystem
public import ImageBytes
import Synchronization
public import SystemPackage

extension ImageDigest {
    /// Hashes an open file from its first byte to `byteCount`, on `jobs` threads.
    ///
    /// Holes are skipped (`SEEK_DATA`) where the file system tells them, and blocks of zeros are
    /// not hashed. The result depends on the bytes alone. The file offset of `file` is moved.
    /// `offset` is where the image starts in the file, for a partition of a disk; `path` is what
    /// errors call the file. `blocks` asks for ``blockHashes``, `plain` for ``sha256``, which
    /// keeps one thread busy for the whole image, the only one where ``PagedMessage`` is fast.
    public static func compute(
        _ file: FileDescriptor, path: FilePath, offset: UInt64 = 0, byteCount: UInt64, jobs: Int,
        blocks: Bool = false, plain: Bool = false
    ) throws(DigestError) -> ImageDigest {
        try compute(
            file, path, offset, byteCount, image: nil, jobs: jobs, blocks: blocks, plain: plain,
            keeper: nil)
    }

    private static func compute(
        _ file: FileDescriptor, _ path: FilePath, _ offset: UInt64, _ byteCount: UInt64,
        image: MappedImage?, jobs: Int, blocks: Bool, plain: Bool, keeper: LeafHashes?
    ) throws(DigestError) -> ImageDigest {
        guard byteCount > 0, let end = Int64(exactly: byteCount),
            let start = Int64(exactly: offset),
            !start.addingReportingOverflow(end).overflow
        else { throw .unusableSize(path: path, byteCount: byteCount) }

        try requireSize(of: file, path, offset: offset, byteCount)
        // The plain digest is a chain for one thread. Where that hashes the blocks in its pauses, nothing
        // is left for others; and what it does is faster in a buffer that the cache holds than where the
        // image is mapped.
        let isOnePass = plain && PagedMessage.isFast
        let reader = SpanReader(
            file, path: path, offset: start, byteCount: byteCount, image: isOnePass ? nil : image,
            jobs: jobs)
        let yield = Mutex(Yield())
        ThreadTeam.run(workers: isOnePass ? 1 : max(1, jobs)) { worker in
            let hasher = SpanHasher(
                wantsBlocks: blocks, wantsMessage: isOnePass, keeper: keeper)
            if plain && worker == 0 && !isOnePass {
                let digest = Result { () throws(DigestError) in
                    try reader.plainDigest(buffer: hasher)
                }
                yield.withLock { $0.note(digest) { $0.plain = $1 } }
            }
            let part = Result { () throws(DigestError) in
                let spans = try reader.hashSpans(with: hasher)
                // A file that shrank meanwhile may have shown holes where there was an end.
                try requireSize(of: file, path, offset: offset, byteCount)
                return (spans, hasher.finishMessage(byteCount: byteCount))
            }
            yield.withLock {
                $0.note(part) { yield, found in
                    yield.spans += found.0
                    yield.plain = found.1 ?? yield.plain
                }
            }
        }
        return try yield.withLock { result throws(DigestError) in
            if let error = result.error { throw error }
            return ImageDigest(byteCount: byteCount, spans: result.spans, sha256: result.plain)
        }
    }

    /// Hashes the bytes that an opened image shows; otherwise as
    /// ``compute(_:path:offset:byteCount:jobs:blocks:plain:)``.
    public static func compute(
        of image: MappedImage, jobs: Int, blocks: Bool = false, plain: Bool = false
    ) throws(DigestError) -> ImageDigest {
        try compute(of: image, jobs: jobs, blocks: blocks, plain: plain, keeper: nil)
    }

    /// The same; `keeper` takes every leaf.
    static func compute(
        of image: MappedImage, jobs: Int, blocks: Bool, plain: Bool, keeper: LeafHashes?
    ) throws(DigestError) -> ImageDigest {
        let digest = try compute(
            image.file, image.path, image.fileOffset, UInt64(image.count), image: image,
            jobs: jobs, blocks: blocks, plain: plain, keeper: keeper)
        do { try image.checkIntact() } catch { throw .file(error) }
        return digest
    }

    private static func requireSize(
        of file: FileDescriptor, _ path: FilePath, offset: UInt64, _ byteCount: UInt64
    ) throws(DigestError) {
        let size: Int64
        do {
            size = try FileError.wrap("measure", path) { try file.seek(offset: 0, from: .end) }
        } catch { throw .file(error) }
        guard size >= 0, UInt64(size) >= offset + byteCount else {
            let available = max(0, size) - Int64(min(offset, UInt64(max(0, size))))
            throw .truncated(path: path, offset: UInt64(available), expected: byteCount)
        }
    }
}

/// What the threads hand in.
private struct Yield {
    var spans: [SpanHash] = []
    var plain: SHA256Digest?
    var error: DigestError?

    mutating func note<Value>(
        _ result: Result<Value, DigestError>, keep: (inout Yield, Value) -> Void
    ) {
        switch result {
        case .success(let value): keep(&self, value)
        case .failure(let failure): error = error ?? failure
        }
    }
}

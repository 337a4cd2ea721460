internal import CFaultGuard
internal import CLinux
internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The content of one file, open for as long as the value lives.
public struct OpenContent: ~Copyable {
    private enum Source {
        case descriptor(Int32)
        case literal([UInt8])
    }

    /// In bytes, as surveyed.
    public let size: UInt64
    private let source: Source
    private let node: Int
    private let tree: SourceTree

    deinit {
        if case .descriptor(let descriptor) = source { close(descriptor) }
    }

    init(literal bytes: [UInt8], node: Int, tree: SourceTree) {
        size = UInt64(bytes.count)
        source = .literal(bytes)
        self.node = node
        self.tree = tree
    }

    init(descriptor: Int32, node: Int, tree: SourceTree) {
        size = tree.nodes[node].size
        source = .descriptor(descriptor)
        self.node = node
        self.tree = tree
    }

    /// Looks whether the file is still the surveyed one, as far as its kind and size tell.
    ///
    /// Worth a second time after it was read in several steps: what a mapping gives beyond the end of
    /// a file that became shorter by some bytes are zeros, and nothing at all shows that it grew.
    ///
    /// - Throws: ``SourceError/changed(path:what:)``.
    public func check() throws(SourceError) {
        guard case .descriptor(let descriptor) = source else { return }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("read") }
        guard FileKind(mode: UInt32(status.st_mode)) == .regular else {
            throw changed("it is no regular file any more")
        }
        guard UInt64(max(0, status.st_size)) == size else {
            throw changed(
                "it had \(size) bytes when it was listed and has \(status.st_size) now")
        }
    }

    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// - Throws: ``SourceError/changed(path:what:)`` where the file ends before the buffer does.
    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer)
        throws(SourceError)
    {
        switch source {
        case .literal(let bytes):
            guard offset <= size, UInt64(buffer.count) <= size - offset else {
                throw changed("it ends at byte \(size)")
            }
            unsafe buffer.copyBytes(from: bytes[Int(offset)..<Int(offset) + buffer.count])
        case .descriptor(let descriptor):
            var done = 0
            while done < buffer.count {
                let count = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done,
                    off_t(offset) + off_t(done))
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { throw failure("read") }
                guard count > 0 else { throw changed("it ends at byte \(offset + UInt64(done))") }
                done += count
            }
        }
    }

    /// Fills `buffer`, which has one byte more than the content, with all of it. What has the size then
    /// need not be looked at with ``check()`` before or after.
    ///
    /// - Throws: ``SourceError/changed(path:what:)`` where the content has another size, or none.
    public func readWhole(into buffer: UnsafeMutableRawBufferPointer) throws(SourceError) {
        guard case .descriptor(let descriptor) = source else {
            return try unsafe read(
                at: 0, into: UnsafeMutableRawBufferPointer(rebasing: buffer.dropLast()))
        }
        var done = 0
        while done + 1 < buffer.count {
            let count = unsafe pread(
                descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done,
                off_t(done))
            if count < 0 && errno == EINTR { continue }
            if count <= 0 {
                let reason = errno
                // Says it better where the file is another one now.
                try check()
                errno = reason
                throw count < 0 ? failure("read") : changed("it ends at byte \(done)")
            }
            done += count
        }
        guard done < buffer.count else {
            try check()
            throw changed("it has more than \(size) bytes")
        }
    }

    /// Copies bytes to another file without bringing them here; on a file system that can share
    /// blocks, they are shared.
    ///
    /// - Parameters:
    ///   - range: bytes of this file.
    ///   - descriptor: the other file.
    ///   - offset: where in it they go.
    /// - Returns: how many bytes were copied. The rest, all of them where the kernel cannot do it
    ///   between these two files or has trouble writing, is the caller's to copy.
    /// - Throws: ``SourceError/changed(path:what:)`` where the file ends before the range does.
    public func copyInKernel(
        _ range: Range<UInt64>, to descriptor: Int32, at offset: UInt64
    ) throws(SourceError) -> UInt64 {
        guard case .descriptor(let own) = source else { return 0 }
        var from = off_t(range.lowerBound)
        var to = off_t(offset)
        while from < off_t(range.upperBound) {
            let left = Int(off_t(range.upperBound) - from)
            let count = unsafe copy_file_range(own, &from, descriptor, &to, left, 0)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { break }
            guard count > 0 else { throw changed("it ends at byte \(from)") }
        }
        return UInt64(from) - range.lowerBound
    }

    /// Gives `body` a part of the file without copying it.
    ///
    /// - Parameters:
    ///   - range: bytes of the file; begins at a multiple of the page size.
    ///   - body: sees them while they are mapped.
    /// - Returns: what `body` did; nil where the file could not be mapped, and it was not called.
    /// - Throws: ``SourceError/changed(path:what:)`` where the file became shorter meanwhile,
    ///   ``SourceError/file(_:)`` where its disk could not read it.
    func withMapping<Result>(
        of range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(SourceError) -> Result? {
        guard case .descriptor(let descriptor) = source else { return nil }
        let count = Int(range.upperBound - range.lowerBound)
        let mapped = unsafe mmap(
            nil, count, PROT_READ, MAP_PRIVATE, descriptor, off_t(range.lowerBound))
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { return nil }
        defer { unsafe munmap(mapped, count) }
        // A page that the file has no more is replaced by zeros instead of ending the process.
        let slot = unsafe cfaultguard_watch(mapped, count)
        guard slot >= 0 else { return nil }
        defer { cfaultguard_unwatch(slot) }
        let result = unsafe body(UnsafeRawBufferPointer(start: mapped, count: count))
        guard cfaultguard_was_hit(slot) == 0 else { throw unreadable(upTo: range.upperBound) }
        return result
    }

    /// Why a mapped page could not be had: both reasons arrive as one signal.
    private func unreadable(upTo end: UInt64) -> SourceError {
        guard case .descriptor(let descriptor) = source else { return changed("it is gone") }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return failure("read") }
        guard UInt64(max(0, status.st_size)) >= end else { return changed("it became shorter") }
        errno = EIO
        return failure("read")
    }

    /// The next bytes at or after `offset` that are not known to be a hole, or nil where the rest of
    /// the file is one.
    public func nextData(from offset: UInt64) throws(SourceError) -> Range<UInt64>? {
        guard offset < size else { return nil }
        guard tree.nodes[node].mayHaveHoles, case .descriptor(let descriptor) = source else {
            return offset..<size
        }
        let start = lseek(descriptor, off_t(offset), LinuxConstant.seekData)
        if start < 0 {
            // ENXIO: nothing but holes. EINVAL: a file system that knows no holes.
            if errno == ENXIO { return nil }
            if errno == EINVAL { return offset..<size }
            throw failure("find the data of")
        }
        let end = lseek(descriptor, start, LinuxConstant.seekHole)
        guard end > start else { return UInt64(start)..<size }
        return UInt64(start)..<min(UInt64(end), size)
    }

    /// The error for a file that is not what it was.
    public func changed(_ what: String) -> SourceError {
        .changed(path: EscapedName(tree.hostPath(of: node) ?? ""), what: what)
    }

    private func failure(_ operation: String) -> SourceError {
        .file(FileError(operation, tree.hostPath(of: node) ?? "", Errno(rawValue: errno)))
    }
}

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
    /// Whether the host says that the file is stored in fewer blocks than its size needs.
    private let mayHaveHoles: Bool

    deinit {
        if case .descriptor(let descriptor) = source { close(descriptor) }
    }

    init(literal bytes: [UInt8], node: Int, tree: SourceTree) {
        size = UInt64(bytes.count)
        source = .literal(bytes)
        self.node = node
        self.tree = tree
        mayHaveHoles = false
    }

    private init(descriptor: Int32, mayHaveHoles: Bool, node: Int, tree: SourceTree) {
        size = tree.nodes[node].size
        source = .descriptor(descriptor)
        self.node = node
        self.tree = tree
        self.mayHaveHoles = mayHaveHoles
    }

    /// - Throws: ``SourceError/changed(path:what:)`` where the open file is not the surveyed one.
    static func checked(
        descriptor: Int32, node: Int, tree: SourceTree
    ) throws(SourceError) -> OpenContent {
        var status = stat()
        let result = unsafe fstat(descriptor, &status)
        // 512 is what `st_blocks` counts in, whatever the block size of the file system (stat(2)).
        let stored = UInt64(max(0, status.st_blocks)) * 512
        let content = OpenContent(
            descriptor: descriptor, mayHaveHoles: stored < tree.nodes[node].size, node: node,
            tree: tree)
        guard result == 0 else { throw content.failure("read") }
        guard FileKind(mode: UInt32(status.st_mode)) == .regular else {
            throw content.changed("it is no regular file any more")
        }
        guard UInt64(status.st_size) == content.size else {
            throw content.changed(
                "it had \(content.size) bytes when it was listed and has \(status.st_size) now")
        }
        return content
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
    /// - Returns: whether it could be mapped; `body` was not called where not.
    /// - Throws: ``SourceError/changed(path:what:)`` where the file became shorter meanwhile.
    func withMapping(
        of range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(SourceError) -> Bool {
        guard case .descriptor(let descriptor) = source else { return false }
        let count = Int(range.upperBound - range.lowerBound)
        let mapped = unsafe mmap(
            nil, count, PROT_READ, MAP_PRIVATE, descriptor, off_t(range.lowerBound))
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { return false }
        defer { unsafe munmap(mapped, count) }
        // A page that the file has no more is replaced by zeros instead of ending the process.
        let slot = unsafe cfaultguard_watch(mapped, count)
        guard slot >= 0 else { return false }
        defer { cfaultguard_unwatch(slot) }
        unsafe body(UnsafeRawBufferPointer(start: mapped, count: count))
        guard cfaultguard_was_hit(slot) == 0 else { throw changed("it became shorter") }
        return true
    }

    /// The next bytes at or after `offset` that are not known to be a hole, or nil where the rest of
    /// the file is one.
    public func nextData(from offset: UInt64) throws(SourceError) -> Range<UInt64>? {
        guard offset < size else { return nil }
        guard mayHaveHoles, case .descriptor(let descriptor) = source else { return offset..<size }
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

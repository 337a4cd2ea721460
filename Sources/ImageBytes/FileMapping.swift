internal import CFaultGuard
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
internal import HostSystem
internal import SystemPackage

/// A whole file in memory, watched for pages that cannot be read.
@safe final class FileMapping: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let count: Int
    /// Set before the mapping is shared: its pages differ from the file's and must be kept.
    var isPatched = false
    /// Bytes of the file that the file system stores; the rest are holes. A device has none.
    let storedByteCount: UInt64
    let file: FileDescriptor
    private let guardSlot: Int32

    init(_ original: FileDescriptor, path: FilePath) throws(FileError) {
        // A folder can be opened and measured, and then mmap says "no such device".
        var status = stat()
        guard unsafe fstat(original.rawValue, &status) == 0 else {
            throw FileError("measure", path, Errno(rawValue: errno))
        }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError("map", path, .isDirectory) }
        let size = try FileError.wrap("measure", path) { try original.seek(offset: 0, from: .end) }
        guard size > 0 else { throw FileError("map", path, .invalidArgument) }
        let file = try FileError.wrap("open", path) { try original.duplicate() }

        // Private, so that a journal can be replayed into memory without touching the file.
        let mapped = unsafe mmap(
            nil, Int(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file.rawValue, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            let reason = Errno(rawValue: errno)
            try? file.close()
            throw FileError("map", path, reason)
        }
        let slot = unsafe cfaultguard_watch(mapped, Int(size))
        guard slot >= 0 else {
            unsafe munmap(mapped, Int(size))
            try? file.close()
            throw FileError("map", path, .tooManyOpenFiles)
        }
        unsafe base = mapped
        count = Int(size)
        // st_blocks counts 512 bytes whatever the file system's blocks are.
        storedByteCount =
            status.st_mode & S_IFMT == S_IFREG
            ? UInt64(clamping: status.st_blocks) &* 512 : UInt64(size)
        self.file = file
        guardSlot = slot
    }

    deinit {
        cfaultguard_unwatch(guardSlot)
        unsafe munmap(base, count)
        try? file.close()
    }

    var wasHit: Bool { cfaultguard_was_hit(guardSlot) != 0 }

    func again(path: FilePath) throws(FileError) -> FileMapping {
        try FileMapping(file, path: path)
    }

    func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let first = (range.lowerBound + page - 1) / page * page
        let last = range.upperBound / page * page
        guard !isPatched, first < last else { return }
        // Whole pages inside the mapping; a private page that was never written comes back.
        unsafe madvise(base + first, last - first, MADV_DONTNEED)
    }
}

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
        let status = try Self.status(of: original, path)
        let size = try FileError.wrap("measure", path) { try original.seek(offset: 0, from: .end) }
        let file = try FileError.wrap("open", path) { try original.duplicate() }

        // Private, so that a journal can be replayed into memory without touching the file. Nothing
        // cannot be mapped: an empty file has a byte of memory that nobody looks at.
        let isEmpty = size <= 0
        let length = isEmpty ? 1 : Int(size)
        let mapped = unsafe mmap(
            nil, length, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_NORESERVE | (isEmpty ? MAP_ANONYMOUS : 0),
            isEmpty ? -1 : file.rawValue, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            let reason = Errno(rawValue: errno)
            try? file.close()
            throw FileError("map", path, reason)
        }
        let slot = unsafe cfaultguard_watch(mapped, length)
        guard slot >= 0 else {
            unsafe munmap(mapped, length)
            try? file.close()
            throw FileError("map", path, .tooManyOpenFiles)
        }
        unsafe base = mapped
        count = isEmpty ? 0 : length
        // st_blocks counts 512 bytes whatever the file system's blocks are.
        storedByteCount =
            status.st_mode & S_IFMT == S_IFREG
            ? UInt64(clamping: status.st_blocks) &* 512 : UInt64(size)
        self.file = file
        guardSlot = slot
    }

    /// What a file is, where it is one that can be mapped.
    private static func status(
        of file: FileDescriptor, _ path: FilePath
    ) throws(FileError) -> stat {
        var status = stat()
        guard unsafe fstat(file.rawValue, &status) == 0 else {
            throw FileError("measure", path, Errno(rawValue: errno))
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFBLK: return status
        // A folder can be opened and measured, and then mmap says "no such device".
        case S_IFDIR: throw FileError("map", path, .isDirectory)
        case S_IFIFO:
            throw FileError("map", path, .illegalSeek, saying: "it is a pipe, not a file")
        default:
            throw FileError(
                "map", path, .invalidArgument, saying: "it is no file and no block device")
        }
    }

    deinit {
        cfaultguard_unwatch(guardSlot)
        unsafe munmap(base, max(1, count))
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

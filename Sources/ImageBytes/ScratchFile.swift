#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
internal import HostSystem
internal import SystemPackage

/// A file without a name: gone when it is closed, however the process ends.
enum ScratchFile {
    /// What is smaller stays in memory.
    private static let memoryLimit: UInt64 = 64 << 20

    /// Opens one in memory where little is expected, else in `TMPDIR` or /var/tmp.
    static func open(expecting count: UInt64?) throws(FileError) -> FileDescriptor {
        if let count, count <= memoryLimit, let file = nameless(in: "/dev/shm") { return file }
        // Read once per expanded image, by one thread.
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp"
        if let file = nameless(in: FilePath(folder)) { return file }
        return try named(in: FilePath(folder))
    }

    /// Not every file system has files that never had a name.
    private static func nameless(in folder: FilePath) -> FileDescriptor? {
        let nameless = FileDescriptor.OpenOptions(rawValue: __O_TMPFILE | O_DIRECTORY)
        return try? FileDescriptor.open(
            folder, .readWrite, options: [.closeOnExec, nameless], permissions: [.ownerReadWrite])
    }

    private static func named(in folder: FilePath) throws(FileError) -> FileDescriptor {
        var template = folder.appending("assay.XXXXXX").string.utf8CString
        let file = unsafe template.withUnsafeMutableBufferPointer { name in
            guard let start = name.baseAddress else { return Int32(-1) }
            let file = unsafe mkstemp(start)
            if file >= 0 { unsafe unlink(start) }
            return file
        }
        guard file >= 0 else {
            throw FileError("make a file in", folder, Errno(rawValue: errno))
        }
        return FileDescriptor(rawValue: file)
    }
}

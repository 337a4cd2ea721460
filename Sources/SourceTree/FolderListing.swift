internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The names in one folder.
enum FolderListing {
    /// Reads all names of an open folder into the tree's pool. They come in the host's order.
    static func names(in descriptor: Int32, into tree: inout SourceTree) throws(Errno)
        -> [ByteRange]
    {
        // The stream closes the descriptor it was given, and ours is still wanted.
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else {
            let reason = Errno(rawValue: errno)
            if copy >= 0 { close(copy) }
            throw reason
        }
        defer { unsafe closedir(stream) }
        // The position is shared with the descriptor, which may have been read before.
        unsafe rewinddir(stream)

        var names: [ByteRange] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw Errno(rawValue: errno) }
                return names
            }
            let name = unsafe UnsafeRawPointer(entry) + nameOffset
            let bytes = unsafe UnsafeRawBufferPointer(
                start: name, count: strlen(name.assumingMemoryBound(to: CChar.self)))
            guard unsafe !isSelfOrParent(bytes) else { continue }
            names.append(unsafe tree.intern(bytes))
        }
    }

    private static let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19

    private static func isSelfOrParent(_ name: UnsafeRawBufferPointer) -> Bool {
        let dot = UInt8(ascii: ".")
        return unsafe name.count <= 2 && name.allSatisfy { $0 == dot }
    }
}

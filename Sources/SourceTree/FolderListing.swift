internal import CLinux
internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads the names in folders, one folder after another, for one thread.
struct FolderListing {
    private let buffer = PageBuffer(byteCount: 32 << 10)

    /// `struct linux_dirent64` (linux/dirent.h): the record's length, the file's kind, and its name.
    private static let lengthOffset = 16
    private static let kindOffset = 18
    private static let nameOffset = 19

    /// Reads all names of a folder that was just opened into the tree's pool. They come in the host's
    /// order.
    ///
    /// By the system call itself: `fdopendir` and what goes with it take six more for each folder.
    ///
    /// - Parameters:
    ///   - descriptor: the folder.
    ///   - tree: takes the names into its pool.
    ///   - limit: how many names are wanted at most.
    /// - Returns: all of them, or some where there are more.
    /// - Throws: what the system says.
    func names(
        in descriptor: Int32, into tree: inout SourceTree, limit: Int = .max
    ) throws(Errno) -> FolderNames {
        var names = FolderNames()
        while names.all.count <= limit {
            let count = unsafe clinux_getdents(
                descriptor, buffer.bytes.baseAddress, buffer.bytes.count)
            guard count >= 0 else { throw Errno(rawValue: errno) }
            guard count > 0 else {
                names.areAll = true
                break
            }
            var start = 0
            while start < count {
                let record = unsafe UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<count])
                let length = unsafe Int(
                    record.loadUnaligned(fromByteOffset: Self.lengthOffset, as: UInt16.self))
                guard length > Self.nameOffset, length <= record.count else { throw .ioError }
                let name = unsafe Self.name(in: record[Self.nameOffset..<length])
                if unsafe !Self.isSelfOrParent(name) {
                    let kind = unsafe record[Self.kindOffset]
                    names.append(unsafe tree.intern(name), isFolder: kind == UInt8(DT_DIR))
                }
                start += length
            }
        }
        return names
    }

    /// A name ends with a zero, and the record with what fills it up.
    private static func name(in rest: Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: rest)
        let length = unsafe bytes.withMemoryRebound(to: CChar.self) {
            unsafe $0.baseAddress.map { start in unsafe strnlen(start, bytes.count) } ?? 0
        }
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[..<length])
    }

    private static func isSelfOrParent(_ name: UnsafeRawBufferPointer) -> Bool {
        let dot = UInt8(ascii: ".")
        return unsafe name.count <= 2 && name.allSatisfy { $0 == dot }
    }
}

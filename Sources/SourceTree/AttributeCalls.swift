internal import CLinux
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The system calls that read attributes, without following a symbolic link.
enum AttributeCalls {
    /// The names at a path, each with a zero behind it: `llistxattr`.
    static func list(_ path: [CChar]) throws(Errno) -> [UInt8] {
        try unsafe read { room, size in
            unsafe llistxattr(path, room?.assumingMemoryBound(to: CChar.self), size)
        }
    }

    /// One value: `lgetxattr`.
    static func value(of name: [UInt8], at path: [CChar]) throws(Errno) -> [UInt8] {
        let name = name.map { CChar(bitPattern: $0) } + [0]
        return try unsafe read { room, size in unsafe lgetxattr(path, name, room, size) }
    }

    /// Asks for the size, then for the bytes; again while they grow in between.
    private static func read(
        _ call: (UnsafeMutableRawPointer?, Int) -> Int
    ) throws(Errno) -> [UInt8] {
        for _ in 0..<attempts {
            let size = call(nil, 0)
            guard size > 0 else {
                if size < 0 { throw Errno(rawValue: errno) }
                return []
            }
            var bytes = [UInt8](repeating: 0, count: size)
            let count = unsafe bytes.withUnsafeMutableBytes { room in
                unsafe call(room.baseAddress, room.count)
            }
            if count >= 0 { return Array(bytes.prefix(count)) }
            guard errno == ERANGE else { throw Errno(rawValue: errno) }
        }
        throw Errno.outOfRange
    }

    private static let attempts = 8
}

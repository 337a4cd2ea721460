public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension FilePath {
    /// The absolute path of the same file with no link in it (`realpath`).
    ///
    /// - Throws: `Errno` where it leads nowhere.
    public func withoutLinks() throws(Errno) -> FilePath {
        let real = unsafe withPlatformString { unsafe realpath($0, nil) }
        guard let real = unsafe real else { throw Errno(rawValue: errno) }
        defer { unsafe free(real) }
        return unsafe FilePath(platformString: real)
    }

    /// The folder that the last name of the path is in.
    public var folder: FilePath {
        let folder = removingLastComponent()
        return folder.isEmpty ? "." : folder
    }

    /// Whether the name stands for something, be it a link that leads nowhere.
    public var isTaken: Bool {
        (try? Stat(self, followTargetSymlink: false)) != nil
    }
}

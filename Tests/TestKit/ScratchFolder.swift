public import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// A folder of a test's own, gone when the test ends.
public final class ScratchFolder: Sendable {
    public let path: FilePath

    /// - Parameter parent: where it is made; `TMPDIR` or /tmp unless given.
    /// - Throws: `Errno` where the system makes none.
    public init(in parent: FilePath? = nil) throws {
        let root = parent ?? FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
        var template = root.appending("assay-test.XXXXXX").string.utf8CString
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let made else { throw Errno(rawValue: errno) }
        path = FilePath(made)
    }

    deinit {
        let path = path.string
        _ = system("chmod -R u+rwX -- '\(path)' 2>/dev/null; rm -rf -- '\(path)'")
    }

    /// The path of something in this folder.
    public subscript(_ name: String) -> FilePath { path.appending(name) }
}

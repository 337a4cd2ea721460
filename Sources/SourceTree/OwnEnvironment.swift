#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The variables of this process that sources are allowed to depend on.
enum OwnEnvironment {
    /// The value of one variable. Nothing in Assay changes its environment, so that the C string
    /// stays while it is copied.
    static subscript(name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Where temporary files go: `TMPDIR` if it is absolute, else /tmp.
    static var temporaryFolder: String {
        self["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    }
}

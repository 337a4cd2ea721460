#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The variables of this process.
public enum ProcessEnvironment {
    /// The value of one variable. Nothing in Assay changes its environment, so that the C string
    /// stays while it is copied.
    public static subscript(name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Where temporary files go: `TMPDIR` if it is absolute, else /tmp.
    public static var temporaryFolder: String {
        self["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    }
}

internal import CExt2FS
internal import CZstd

/// The C libraries that this program runs with.
public enum LibraryVersion {
    /// Of libext2fs: "1.47.0".
    public static var ext2fs: String {
        var version: UnsafePointer<CChar>?
        unsafe ext2fs_get_library_version(&version, nil)
        return unsafe version.map { unsafe String(cString: $0) } ?? "unknown"
    }

    /// Of libzstd: "1.5.4".
    public static var zstd: String { unsafe String(cString: ZSTD_versionString()) }
}

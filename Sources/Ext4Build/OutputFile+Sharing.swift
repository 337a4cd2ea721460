internal import CLinux
internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension OutputFile {
    /// Whether a file at `path` would lie where `copy_file_range` does not have to copy bytes: on a
    /// file system whose files can share blocks, or on a server that copies by itself.
    static func sharesBlocks(at path: FilePath) -> Bool {
        fileSystemType(at: path).map(sharing.contains) ?? false
    }

    /// `f_type` of statfs(2) where a file at `path` would lie.
    static func fileSystemType(at path: FilePath) -> UInt32? {
        var status = statfs()
        let result = unsafe path.folder.withPlatformString { unsafe statfs($0, &status) }
        return result == 0 ? UInt32(truncatingIfNeeded: status.f_type) : nil
    }

    /// From linux/magic.h and the file systems' own headers.
    static let sharing: [UInt32] = [
        0x9123_683e,  // btrfs
        0x5846_5342,  // xfs
        0xca45_1a4e,  // bcachefs
        0x2fc1_2fc1,  // zfs
        0x7461_636f,  // ocfs2
        0x0000_6969,  // nfs
        0xfe53_4d42, 0xff53_4d42,  // smb2, cifs
    ]
}

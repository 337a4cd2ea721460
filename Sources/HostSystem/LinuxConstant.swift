/// Constants of Linux that Swift's Glibc module leaves out, since the headers hide them behind
/// `_GNU_SOURCE`. They are part of the kernel's stable interface.
public enum LinuxConstant {
    /// `O_NOATIME` (asm-generic/fcntl.h): do not touch the access time. Only a file's owner may ask.
    public static let openNoAccessTime: Int32 = 0o1000000
    /// `__O_TMPFILE | O_DIRECTORY` (asm-generic/fcntl.h): a file without a name.
    public static let openUnnamed: Int32 = 0o20200000
    /// `SEEK_DATA` and `SEEK_HOLE` (linux/fs.h).
    public static let seekData: Int32 = 3
    public static let seekHole: Int32 = 4
    /// `TMPFS_MAGIC` (linux/magic.h), `f_type` of statfs(2).
    public static let tmpfs: UInt32 = 0x0102_1994
}

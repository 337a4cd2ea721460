/// What a check came to.
public enum CheckVerdict: String, Hashable, Sendable {
    /// A valid file system: `e2fsck -fn` would report no problem.
    case clean
    /// A file system with at least one error.
    case invalid
    /// No file system this program can read: no superblock, an unsupported feature, or a structure
    /// everything else hangs on lies outside the image.
    case unreadable
}

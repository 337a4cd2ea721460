/// The inodes that have a meaning by their number (`EXT2_BAD_INO` and so on).
public enum InodeNumber {
    public static let badBlocks: UInt32 = 1
    public static let root: UInt32 = 2
    public static let userQuota: UInt32 = 3
    public static let groupQuota: UInt32 = 4
    public static let bootLoader: UInt32 = 5
    public static let undelete: UInt32 = 6
    public static let resize: UInt32 = 7
    public static let journal: UInt32 = 8
    public static let exclude: UInt32 = 9
    public static let replica: UInt32 = 10
}

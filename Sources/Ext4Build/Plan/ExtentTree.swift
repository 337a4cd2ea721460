/// The shape of a file's extent tree (fs/ext4/ext4_extents.h).
enum ExtentTree {
    /// Entries in the 60 bytes of an inode's `i_block`.
    static let entriesInInode = 4
    /// Entries in a block: a header of 12 bytes, entries of 12, a checksum of 4 at the end.
    static let entriesInBlock = 340

    /// How many blocks each level takes, the leaves first; nothing where the inode holds them all.
    static func levels(extentCount: Int) -> [Int] {
        var levels: [Int] = []
        var entries = extentCount
        while entries > entriesInInode {
            entries = (entries + entriesInBlock - 1) / entriesInBlock
            levels.append(entries)
        }
        return levels
    }

    static func blockCount(extentCount: Int) -> Int {
        levels(extentCount: extentCount).reduce(0, +)
    }
}

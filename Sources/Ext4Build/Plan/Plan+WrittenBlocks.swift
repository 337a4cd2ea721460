extension Plan {
    /// Blocks of the image that are written, and so what a build needs on its disk: all others are
    /// holes of the output file, such as the journal behind its superblock and unused inodes.
    public var writtenBlocks: UInt64 {
        let withSuperblock = (0..<geometry.groupCount).count(where: Geometry.hasSuperblock)
        let superblocks = UInt64(withSuperblock) * (1 + geometry.descriptorBlocks)
        // Pointers to the backups, where there are any.
        let reserved = withSuperblock > 1 ? geometry.reservedDescriptorBlocks : 0
        let bitmaps = 2 * UInt64(geometry.groupCount)
        let journal: UInt64 = self.journal.isEmpty ? 0 : 1
        let resizeInode: UInt64 = 1
        return superblocks + reserved + bitmaps + journal + resizeInode + inodeTableBlocks
            + usage.directories + usage.linksAndAttributes + usage.extentTrees + usage.data
    }

    /// Blocks of the inode tables that hold an inode in use.
    private var inodeTableBlocks: UInt64 {
        let perGroup = geometry.inodesPerGroup
        return (0..<geometry.groupCount).reduce(0) { count, group in
            let used = max(0, min(perGroup, Int(lastInode) - group * perGroup))
            return count + UInt64((used + Geometry.inodesPerBlock - 1) / Geometry.inodesPerBlock)
        }
    }
}

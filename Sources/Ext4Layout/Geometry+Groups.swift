extension Geometry {
    /// Bytes in a cluster.
    public var clusterSize: Int { blockSize * blocksPerCluster }
    /// Blocks that a group's inode table takes.
    public var inodeTableBlocks: UInt64 {
        (inodesPerGroup * UInt64(inodeSize) + UInt64(blockSize) - 1) / UInt64(blockSize)
    }
    /// Group descriptors in a block.
    public var descriptorsPerBlock: Int { blockSize / descriptorSize }
    /// Blocks that all group descriptors take.
    public var descriptorBlocks: Int {
        (groupCount + descriptorsPerBlock - 1) / descriptorsPerBlock
    }
    /// Clusters in the file system, which is what bitmaps have bits for.
    public var clusterCount: UInt64 {
        (blockCount - firstDataBlock - 1) / UInt64(blocksPerCluster) + 1
    }

    /// The blocks of a group; the last group ends with the file system.
    public func blocks(ofGroup group: Int) -> Range<UInt64> {
        let start = firstDataBlock + UInt64(group) * blocksPerGroup
        return start..<min(start + blocksPerGroup, blockCount)
    }

    /// The group of a block; nil where the block lies before group 0 or past the end.
    public func group(ofBlock block: UInt64) -> Int? {
        guard block >= firstDataBlock, block < blockCount else { return nil }
        return Int((block - firstDataBlock) / blocksPerGroup)
    }

    /// The group of an inode and its place in the group's table; nil where there is no such inode.
    public func position(ofInode number: UInt32) -> (group: Int, index: Int)? {
        guard number >= 1 else { return nil }
        let (group, index) = UInt64(number - 1).quotientAndRemainder(dividingBy: inodesPerGroup)
        guard group < UInt64(groupCount) else { return nil }
        return (Int(group), Int(index))
    }

    /// The number of an inode from its place.
    public func inodeNumber(group: Int, index: Int) -> UInt64 {
        UInt64(group) * inodesPerGroup + UInt64(index) + 1
    }
}

extension Superblock {
    /// Whether a group starts with a copy of the superblock (`ext2fs_bg_has_super`).
    public func hasBackup(inGroup group: Int) -> Bool {
        if group == 0 { return true }
        if compatible.contains(.sparseSuper2) {
            let backups = backupGroups
            return UInt64(group) == UInt64(backups.first) || UInt64(group) == UInt64(backups.second)
        }
        if group == 1 || !readOnly.contains(.sparseSuper) { return true }
        guard group % 2 == 1 else { return false }
        return [3, 5, 7].contains { isPower(group, of: $0) }
    }

    private func isPower(_ number: Int, of base: Int) -> Bool {
        var power = base
        // At most 41 rounds: the limit on groups is far below 3^41.
        while power < number { power *= base }
        return power == number
    }
}

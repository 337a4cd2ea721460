/// Where the blocks of the group descriptor table lie (`ext2fs_descriptor_block_loc2`).
public struct DescriptorPlaces: Sendable {
    private let superblock: Superblock
    private let geometry: Geometry

    public init(_ superblock: Superblock, _ geometry: Geometry) {
        self.superblock = superblock
        self.geometry = geometry
    }

    /// The block of the superblock copy in a group: the group's first, except that with 1,024-byte
    /// blocks the boot loader has block 0 and the primary superblock block 1 whatever
    /// `s_first_data_block` says (it is 0 with `bigalloc`).
    public func superblockBlock(ofGroup group: Int) -> UInt64 {
        let first = geometry.blocks(ofGroup: group).lowerBound
        return geometry.blockSize == 1024 && first == 0 ? 1 : first
    }

    /// How many descriptor blocks lie together after a superblock copy; the rest are spread over
    /// the groups (`meta_bg`).
    public var blocksTogether: Int {
        guard superblock.incompatible.contains(.metaBlockGroups) else {
            return geometry.descriptorBlocks
        }
        let first = superblock[Superblock.Fields.firstMetaBlockGroup]
        return min(geometry.descriptorBlocks, Int(first))
    }

    /// The block that holds block `index` of the descriptor table, in the primary copy.
    public func primaryBlock(_ index: Int) -> UInt64 {
        if index < blocksTogether { return superblockBlock(ofGroup: 0) + UInt64(index) + 1 }
        return spreadBlock(index, copy: 0) ?? 0
    }

    /// The block that holds a copy of block `index` of the descriptor table, where the blocks are
    /// spread: copy 0 in the first group of those it describes, 1 in the second, 2 in the last.
    public func spreadBlock(_ index: Int, copy: Int) -> UInt64? {
        let first = index * geometry.descriptorsPerBlock
        let group = [first, first + 1, first + geometry.descriptorsPerBlock - 1][copy]
        guard index >= blocksTogether, group < geometry.groupCount else { return nil }
        let start = superblockBlock(ofGroup: group)
        return start + (superblock.hasBackup(inGroup: group) ? 1 : 0)
    }

    /// The blocks of a group that a superblock copy, descriptors and blocks reserved for more
    /// descriptors take (`ext2fs_reserve_super_and_bgd`), in rising order.
    public func reservedBlocks(ofGroup group: Int) -> (
        superblock: UInt64?, descriptors: Range<UInt64>, growth: Range<UInt64>
    ) {
        let start = superblockBlock(ofGroup: group)
        let hasBackup = superblock.hasBackup(inGroup: group)
        let together = UInt64(hasBackup ? blocksTogether : 0)
        var descriptors = start + 1..<start + 1 + together
        let spread = superblock.incompatible.contains(.metaBlockGroups)
        if spread, group / geometry.descriptorsPerBlock >= blocksTogether {
            let inMeta = group % geometry.descriptorsPerBlock
            let holds = inMeta == 0 || inMeta == 1 || inMeta == geometry.descriptorsPerBlock - 1
            let place = start + (hasBackup ? 1 : 0)
            descriptors = place..<place + (holds ? 1 : 0)
        }
        let reserved =
            hasBackup && !spread
            ? UInt64(superblock[Superblock.Fields.reservedDescriptorBlocks]) : 0
        return (
            hasBackup ? start : nil, descriptors,
            descriptors.upperBound..<descriptors.upperBound + reserved
        )
    }
}

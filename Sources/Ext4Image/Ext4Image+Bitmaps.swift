internal import Ext4Layout
internal import ImageBytes

extension Ext4Image {
    /// Whether the block bitmap marks a block as in use; nil where there is no bitmap to ask. A bitmap
    /// that was never written stands for one that marks the group's own structures.
    public func isBlockMarked(_ block: UInt64) -> Bool? {
        guard let group = geometry.group(ofBlock: block) else { return nil }
        if groups[group].flags.contains(.blocksUninitialized) {
            return isOwnStructure(clusterBlocks(of: block), ofGroup: group)
        }
        guard let bitmap = blockBitmap(ofGroup: group) else { return nil }
        let place =
            Int(block - geometry.blocks(ofGroup: group).lowerBound) / geometry.blocksPerCluster
        guard place / 8 < bitmap.count else { return nil }
        return bitmap[byte: place / 8] >> (place % 8) & 1 == 1
    }

    /// Whether the inode bitmap marks an inode as in use; nil where there is no bitmap to ask.
    public func isInodeMarked(_ number: UInt32) -> Bool? {
        guard let (group, index) = geometry.position(ofInode: number) else { return nil }
        if groups[group].flags.contains(.inodesUninitialized) { return false }
        guard let bitmap = inodeBitmap(ofGroup: group), index / 8 < bitmap.count else { return nil }
        return bitmap[byte: index / 8] >> (index % 8) & 1 == 1
    }

    /// The blocks of a block's cluster.
    private func clusterBlocks(of block: UInt64) -> Range<UInt64> {
        let size = UInt64(geometry.blocksPerCluster)
        let start = (block - geometry.firstDataBlock) / size * size + geometry.firstDataBlock
        return start..<start + size
    }

    /// Whether any of some blocks is one of a group's copy of the superblock, its descriptors, its
    /// bitmaps or its inode table (`ext4_init_block_bitmap`).
    private func isOwnStructure(_ blocks: Range<UInt64>, ofGroup group: Int) -> Bool {
        let reserved = places.reservedBlocks(ofGroup: group)
        let descriptor = groups[group]
        let table = descriptor.inodeTable
        let single = [reserved.superblock, descriptor.blockBitmap, descriptor.inodeBitmap]
        if single.contains(where: { $0.map(blocks.contains) ?? false }) { return true }
        // Numbers of an image: the table may be said to start anywhere.
        let tableEnd = table.addingReportingOverflow(geometry.inodeTableBlocks)
        let runs = [
            reserved.descriptors, reserved.growth,
            tableEnd.overflow ? 0..<0 : table..<tableEnd.partialValue,
        ]
        return runs.contains { $0.overlaps(blocks) }
    }
}

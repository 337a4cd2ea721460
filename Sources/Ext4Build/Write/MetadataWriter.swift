internal import CExt2FS
internal import HostSystem
internal import SourceTree

/// Writes everything but file data: from one thread, each block once, no block read back.
struct MetadataWriter {
    private let plan: Plan
    private let filesystem: Ext2Filesystem

    init(_ plan: Plan, _ filesystem: Ext2Filesystem) {
        self.plan = plan
        self.filesystem = filesystem
    }

    func write() throws(Ext2Error) {
        let sink = BlockSink(filesystem)
        let extentTrees = ExtentTreeWriter(plan, filesystem)
        try writeReservedDescriptors(to: sink)
        try InodeWriter(plan, filesystem, extentTrees).writeTables(to: sink)
        try writeResizeBlock(to: sink)
        try writeJournal(to: sink)
        try DirectoryWriter(plan, filesystem).writeAll(to: sink)
        try writeLinkTargets(to: sink)
        try AttributeWriter(plan, filesystem).writeBlocks(to: sink)
        try extentTrees.writeBlocks(to: sink)
        try sink.flush()
        // Last, since bitmaps have their checksums in the descriptors.
        try writeBitmaps()
        try GroupWriter(plan, filesystem).write()
        try filesystem.flush()
    }

    private func writeLinkTargets(to sink: BlockSink) throws(Ext2Error) {
        for (file, node) in plan.order.nodes.enumerated() {
            let node = plan.tree.nodes[Int(node)]
            guard node.kind == .symbolicLink, let extent = plan.extents(ofFile: file).first else {
                continue
            }
            try sink.put(extent.imageBlock) { $0.put(plan.tree[node.target], at: 0) }
        }
    }

    /// A journal that holds nothing: its superblock, and zeros behind it.
    private func writeJournal(to sink: BlockSink) throws(Ext2Error) {
        guard let first = plan.journal.first else { return }
        let blocks = plan.journal.reduce(0) { $0 + UInt64($1.count) }
        var parameters = ext2fs_journal_params()
        parameters.num_journal_blocks = blk_t(blocks)
        var superblock: UnsafeMutablePointer<CChar>?
        try check(
            "ext2fs_create_journal_superblock2",
            unsafe ext2fs_create_journal_superblock2(
                filesystem.handle, &parameters, 0, &superblock))
        defer { unsafe ext2fs_free_mem(&superblock) }
        try sink.put(first.imageBlock) { block in
            guard let start = unsafe superblock else { return }
            unsafe block.put(
                UnsafeRawBufferPointer(start: start, count: Int(Geometry.blockSize)), at: 0)
        }
    }

    /// Inode 7's one block of pointers: to the reserved descriptor blocks behind the superblock, each
    /// at the place that its number has in the table (`ext2fs_create_resize_inode`).
    private func writeResizeBlock(to sink: BlockSink) throws(Ext2Error) {
        let first = 1 + plan.geometry.descriptorBlocks
        try sink.put(plan.resizeBlock) { block in
            for index in 0..<plan.geometry.reservedDescriptorBlocks {
                let slot = (plan.geometry.descriptorBlocks + index) % (Geometry.blockSize / 4)
                block.put(UInt32(first + index), at: Int(slot) * 4)
            }
        }
    }

    /// Each reserved descriptor block points to its copies in the groups that have backups.
    private func writeReservedDescriptors(to sink: BlockSink) throws(Ext2Error) {
        let backups = (0..<plan.geometry.groupCount).dropFirst().filter(Geometry.hasSuperblock)
        guard !backups.isEmpty else { return }
        let first = 1 + plan.geometry.descriptorBlocks
        for index in 0..<plan.geometry.reservedDescriptorBlocks {
            try sink.put(first + index) { block in
                for (slot, group) in backups.enumerated() {
                    let copy = first + index + UInt64(group) * Geometry.blocksPerGroup
                    block.put(UInt32(copy), at: slot * 4)
                }
            }
        }
    }

    private func writeBitmaps() throws(Ext2Error) {
        let blocks = unsafe filesystem.handle.pointee.block_map
        let inodes = unsafe filesystem.handle.pointee.inode_map
        unsafe ext2fs_mark_block_bitmap_range2(blocks, 0, UInt32(plan.geometry.blockCount))
        for gap in plan.free {
            unsafe ext2fs_unmark_block_bitmap_range2(blocks, gap.lowerBound, UInt32(gap.count))
        }
        for inode in 1...plan.lastInode {
            _ = unsafe ext2fs_mark_generic_bmap(inodes, UInt64(inode))
        }
        try GroupWriter(plan, filesystem).setDescriptors()
        unsafe ext2fs_mark_bb_dirty(filesystem.handle)
        unsafe ext2fs_mark_ib_dirty(filesystem.handle)
        try check("ext2fs_write_bitmaps", unsafe ext2fs_write_bitmaps(filesystem.handle))
    }
}

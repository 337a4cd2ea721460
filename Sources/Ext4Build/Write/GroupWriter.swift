internal import CExt2FS
internal import HostSystem
internal import SourceTree

/// Group descriptors and superblocks, the primary ones and their backups.
///
/// Written here and not by `ext2fs_flush`, which takes the time of the superblock from the clock
/// where the epoch is 0 (before 1.47.1), and whose flags of groups differ from version to version.
struct GroupWriter {
    private let plan: Plan
    private let filesystem: Ext2Filesystem

    init(_ plan: Plan, _ filesystem: Ext2Filesystem) {
        self.plan = plan
        self.filesystem = filesystem
    }

    /// Sets every field of every descriptor, except the checksums of the bitmaps.
    func setDescriptors() throws(Ext2Error) {
        let handle = unsafe filesystem.handle
        let freeBlocks = freeBlocksPerGroup()
        let folders = foldersPerGroup()
        let perGroup = plan.geometry.inodesPerGroup
        for (index, place) in plan.geometry.groups.enumerated() {
            let group = dgrp_t(index)
            let used = max(0, min(perGroup, Int(plan.lastInode) - index * perGroup))
            let freeInodes = UInt32(perGroup - used)
            unsafe ext2fs_block_bitmap_loc_set(handle, group, place.blockBitmap)
            unsafe ext2fs_inode_bitmap_loc_set(handle, group, place.inodeBitmap)
            unsafe ext2fs_inode_table_loc_set(handle, group, place.inodeTable)
            unsafe ext2fs_bg_free_blocks_count_set(handle, group, freeBlocks[index])
            unsafe ext2fs_bg_free_inodes_count_set(handle, group, freeInodes)
            unsafe ext2fs_bg_used_dirs_count_set(handle, group, folders[index])
            unsafe ext2fs_bg_itable_unused_set(handle, group, freeInodes)
            // The tables are zeros in a new file; the bitmaps are all written.
            unsafe ext2fs_bg_flags_clear(handle, group, UInt16.max)
            unsafe ext2fs_bg_flags_set(handle, group, UInt16(EXT2_BG_INODE_ZEROED))
            unsafe ext2fs_group_desc_csum_set(handle, group)
        }
    }

    /// Writes superblock and descriptors to every group that has them.
    func write() throws(Ext2Error) {
        setTotals()
        let handle = unsafe filesystem.handle
        for group in (0..<plan.geometry.groupCount).filter(Geometry.hasSuperblock) {
            let block = UInt64(group) * Geometry.blocksPerGroup
            let isBackup = group > 0
            unsafe handle.pointee.`super`.pointee.s_block_group_nr = UInt16(
                truncatingIfNeeded: group)
            // A backup does not claim to be in order, as mke2fs has it.
            unsafe handle.pointee.`super`.pointee.s_state = isBackup ? 0 : UInt16(EXT2_VALID_FS)
            try check(
                "ext2fs_superblock_csum_set",
                unsafe ext2fs_superblock_csum_set(handle, handle.pointee.`super`))
            try writeSuperblock(at: block, isBackup: isBackup)
            let descriptors = unsafe UnsafeRawBufferPointer(
                start: cext2fs_descriptor_bytes(handle),
                count: Int(plan.geometry.descriptorBlocks * Geometry.blockSize))
            try unsafe filesystem.write(descriptors, at: block + 1)
        }
    }

    private func writeSuperblock(at block: UInt64, isBackup: Bool) throws(Ext2Error) {
        let page = PageBuffer(byteCount: Int(Geometry.blockSize))
        unsafe page.bytes.initializeMemory(as: UInt8.self, repeating: 0)
        let superblock = unsafe UnsafeRawBufferPointer(
            start: filesystem.handle.pointee.`super`, count: Self.superblockSize)
        // The first 1,024 bytes of an image belong to a boot loader.
        unsafe BlockBytes(page.bytes).put(superblock, at: isBackup ? 0 : Self.superblockSize)
        try unsafe filesystem.write(UnsafeRawBufferPointer(page.bytes), at: block)
    }

    private static let superblockSize = 1_024

    private func setTotals() {
        let superblock = unsafe filesystem.handle.pointee.`super`
        let reserved =
            plan.geometry.blockCount * UInt64(plan.options.reservedPercent) / 100
        let journal =
            plan.journal.reduce(0) { $0 + UInt64($1.count) }
            + UInt64(plan.journalExtentBlocks.count)
        unsafe ext2fs_r_blocks_count_set(superblock, reserved)
        unsafe ext2fs_free_blocks_count_set(superblock, plan.slack.freeBlocks)
        unsafe superblock?.pointee.s_free_inodes_count = UInt32(plan.slack.freeInodes)
        unsafe superblock?.pointee.s_journal_inum =
            plan.journal.isEmpty ? 0 : UInt32(EXT2_JOURNAL_INO)
        // What `statfs` leaves out of the total: the fixed structures and the journal.
        unsafe superblock?.pointee.s_overhead_clusters = UInt32(
            truncatingIfNeeded: plan.geometry.metadataBlockCount + journal)
    }

    private func freeBlocksPerGroup() -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: plan.geometry.groupCount)
        for gap in plan.free {
            var cursor = gap.lowerBound
            while cursor < gap.upperBound {
                let group = cursor / Geometry.blocksPerGroup
                let end = min(gap.upperBound, (group + 1) * Geometry.blocksPerGroup)
                counts[Int(group)] += UInt32(end - cursor)
                cursor = end
            }
        }
        return counts
    }

    private func foldersPerGroup() -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: plan.geometry.groupCount)
        for (file, node) in plan.order.nodes.enumerated()
        where plan.tree.nodes[Int(node)].kind == .directory {
            let group = (Int(plan.inode(ofFile: file)) - 1) / plan.geometry.inodesPerGroup
            counts[group] += 1
        }
        return counts
    }
}

import Ext4Image
public import Ext4Layout

/// A group's descriptor as a line of a golden.
public enum GroupFacts {
    /// The lines of all groups.
    static func facts(of image: Ext4Image) -> [GoldenFile.Group] {
        image.groups.enumerated().map { facts(of: $1, number: $0) }
    }

    /// Where the group's parts lie, what is free in it, and its checksums.
    public static func facts(of group: GroupDescriptor, number: Int) -> GoldenFile.Group {
        func hex(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
        return GoldenFile.Group(
            number: UInt64(number),
            facts: [
                .init("bg_block_bitmap", "\(group.blockBitmap)"),
                .init("bg_inode_bitmap", "\(group.inodeBitmap)"),
                .init("bg_inode_table", "\(group.inodeTable)"),
                .init("bg_free_blocks_count", "\(group.freeBlocks)"),
                .init("bg_free_inodes_count", "\(group.freeInodes)"),
                .init("bg_used_dirs_count", "\(group.usedDirectories)"),
                .init("bg_itable_unused", "\(group.unusedInodes)"),
                .init("bg_flags", hex(group.flags.rawValue)),
                .init("bg_block_bitmap_csum", hex(group.blockBitmapChecksum)),
                .init("bg_inode_bitmap_csum", hex(group.inodeBitmapChecksum)),
                .init("bg_checksum", hex(group.checksum)),
            ])
    }
}

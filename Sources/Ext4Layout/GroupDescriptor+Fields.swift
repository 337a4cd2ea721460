public import ImageBytes

extension GroupDescriptor {
    /// Where each field lies (`struct ext4_group_desc`). From `bg_block_bitmap_hi` on only where
    /// descriptors have 64 bytes.
    public enum Fields {
        public static let blockBitmapLow = Field<UInt32>("bg_block_bitmap", at: 0x000)
        public static let inodeBitmapLow = Field<UInt32>("bg_inode_bitmap", at: 0x004)
        public static let inodeTableLow = Field<UInt32>("bg_inode_table", at: 0x008)
        public static let freeBlocksLow = Field<UInt16>("bg_free_blocks_count", at: 0x00C)
        public static let freeInodesLow = Field<UInt16>("bg_free_inodes_count", at: 0x00E)
        public static let usedDirectoriesLow = Field<UInt16>("bg_used_dirs_count", at: 0x010)
        public static let flags = Field<UInt16>("bg_flags", at: 0x012)
        public static let excludeBitmapLow = Field<UInt32>("bg_exclude_bitmap_lo", at: 0x014)
        public static let blockBitmapChecksumLow = Field<UInt16>(
            "bg_block_bitmap_csum_lo", at: 0x018)
        public static let inodeBitmapChecksumLow = Field<UInt16>(
            "bg_inode_bitmap_csum_lo", at: 0x01A)
        public static let unusedInodesLow = Field<UInt16>("bg_itable_unused", at: 0x01C)
        public static let checksum = Field<UInt16>("bg_checksum", at: 0x01E)
        public static let blockBitmapHigh = Field<UInt32>("bg_block_bitmap_hi", at: 0x020)
        public static let inodeBitmapHigh = Field<UInt32>("bg_inode_bitmap_hi", at: 0x024)
        public static let inodeTableHigh = Field<UInt32>("bg_inode_table_hi", at: 0x028)
        public static let freeBlocksHigh = Field<UInt16>("bg_free_blocks_count_hi", at: 0x02C)
        public static let freeInodesHigh = Field<UInt16>("bg_free_inodes_count_hi", at: 0x02E)
        public static let usedDirectoriesHigh = Field<UInt16>("bg_used_dirs_count_hi", at: 0x030)
        public static let unusedInodesHigh = Field<UInt16>("bg_itable_unused_hi", at: 0x032)
        public static let excludeBitmapHigh = Field<UInt32>("bg_exclude_bitmap_hi", at: 0x034)
        public static let blockBitmapChecksumHigh = Field<UInt16>(
            "bg_block_bitmap_csum_hi", at: 0x038)
        public static let inodeBitmapChecksumHigh = Field<UInt16>(
            "bg_inode_bitmap_csum_hi", at: 0x03A)
        public static let reserved = Field<UInt32>("bg_reserved", at: 0x03C)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.blockBitmapLow), FieldExtent(Fields.inodeBitmapLow),
        FieldExtent(Fields.inodeTableLow), FieldExtent(Fields.freeBlocksLow),
        FieldExtent(Fields.freeInodesLow), FieldExtent(Fields.usedDirectoriesLow),
        FieldExtent(Fields.flags), FieldExtent(Fields.excludeBitmapLow),
        FieldExtent(Fields.blockBitmapChecksumLow), FieldExtent(Fields.inodeBitmapChecksumLow),
        FieldExtent(Fields.unusedInodesLow), FieldExtent(Fields.checksum),
        FieldExtent(Fields.blockBitmapHigh), FieldExtent(Fields.inodeBitmapHigh),
        FieldExtent(Fields.inodeTableHigh), FieldExtent(Fields.freeBlocksHigh),
        FieldExtent(Fields.freeInodesHigh), FieldExtent(Fields.usedDirectoriesHigh),
        FieldExtent(Fields.unusedInodesHigh), FieldExtent(Fields.excludeBitmapHigh),
        FieldExtent(Fields.blockBitmapChecksumHigh), FieldExtent(Fields.inodeBitmapChecksumHigh),
        FieldExtent(Fields.reserved),
    ]
}

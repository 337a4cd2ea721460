public import ImageBytes

extension Inode {
    /// Where each field lies (`struct ext2_inode_large`). From `i_extra_isize` on only where inodes
    /// have more than 128 bytes, and then as far as `i_extra_isize` says. The fields that Linux and the
    /// Hurd use for different things have the kernel's names for Linux.
    public enum Fields {
        public static let mode = Field<UInt16>("i_mode", at: 0x000)
        public static let userLow = Field<UInt16>("i_uid", at: 0x002)
        public static let sizeLow = Field<UInt32>("i_size", at: 0x004)
        public static let accessTime = Field<UInt32>("i_atime", at: 0x008)
        public static let changeTime = Field<UInt32>("i_ctime", at: 0x00C)
        public static let modificationTime = Field<UInt32>("i_mtime", at: 0x010)
        public static let deletionTime = Field<UInt32>("i_dtime", at: 0x014)
        public static let groupLow = Field<UInt16>("i_gid", at: 0x018)
        public static let linksCount = Field<UInt16>("i_links_count", at: 0x01A)
        public static let blocksLow = Field<UInt32>("i_blocks", at: 0x01C)
        public static let flags = Field<UInt32>("i_flags", at: 0x020)
        public static let versionLow = Field<UInt32>("i_version", at: 0x024)
        public static let block = BytesField("i_block", at: 0x028, count: 60)
        public static let generation = Field<UInt32>("i_generation", at: 0x064)
        public static let fileACLLow = Field<UInt32>("i_file_acl", at: 0x068)
        public static let sizeHigh = Field<UInt32>("i_size_high", at: 0x06C)
        public static let fragmentAddress = Field<UInt32>("i_faddr", at: 0x070)
        public static let blocksHigh = Field<UInt16>("i_blocks_high", at: 0x074)
        public static let fileACLHigh = Field<UInt16>("i_file_acl_high", at: 0x076)
        public static let userHigh = Field<UInt16>("i_uid_high", at: 0x078)
        public static let groupHigh = Field<UInt16>("i_gid_high", at: 0x07A)
        public static let checksumLow = Field<UInt16>("i_checksum_lo", at: 0x07C)
        public static let reserved = Field<UInt16>("i_reserved", at: 0x07E)
        public static let extraSize = Field<UInt16>("i_extra_isize", at: 0x080)
        public static let checksumHigh = Field<UInt16>("i_checksum_hi", at: 0x082)
        public static let changeTimeExtra = Field<UInt32>("i_ctime_extra", at: 0x084)
        public static let modificationTimeExtra = Field<UInt32>("i_mtime_extra", at: 0x088)
        public static let accessTimeExtra = Field<UInt32>("i_atime_extra", at: 0x08C)
        public static let creationTime = Field<UInt32>("i_crtime", at: 0x090)
        public static let creationTimeExtra = Field<UInt32>("i_crtime_extra", at: 0x094)
        public static let versionHigh = Field<UInt32>("i_version_hi", at: 0x098)
        public static let project = Field<UInt32>("i_projid", at: 0x09C)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.mode), FieldExtent(Fields.userLow), FieldExtent(Fields.sizeLow),
        FieldExtent(Fields.accessTime), FieldExtent(Fields.changeTime),
        FieldExtent(Fields.modificationTime), FieldExtent(Fields.deletionTime),
        FieldExtent(Fields.groupLow), FieldExtent(Fields.linksCount), FieldExtent(Fields.blocksLow),
        FieldExtent(Fields.flags), FieldExtent(Fields.versionLow), FieldExtent(Fields.block),
        FieldExtent(Fields.generation), FieldExtent(Fields.fileACLLow),
        FieldExtent(Fields.sizeHigh), FieldExtent(Fields.fragmentAddress),
        FieldExtent(Fields.blocksHigh), FieldExtent(Fields.fileACLHigh),
        FieldExtent(Fields.userHigh), FieldExtent(Fields.groupHigh),
        FieldExtent(Fields.checksumLow), FieldExtent(Fields.reserved),
        FieldExtent(Fields.extraSize), FieldExtent(Fields.checksumHigh),
        FieldExtent(Fields.changeTimeExtra), FieldExtent(Fields.modificationTimeExtra),
        FieldExtent(Fields.accessTimeExtra), FieldExtent(Fields.creationTime),
        FieldExtent(Fields.creationTimeExtra), FieldExtent(Fields.versionHigh),
        FieldExtent(Fields.project),
    ]
}

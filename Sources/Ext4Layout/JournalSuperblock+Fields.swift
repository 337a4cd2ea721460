public import ImageBytes

extension JournalSuperblock {
    /// Where each field lies (`journal_superblock_t` in jbd2.h). From `s_feature_compat` on only in
    /// version 2.
    public enum Fields {
        public static let magic = BigEndianField<UInt32>("h_magic", at: 0x000)
        public static let blockType = BigEndianField<UInt32>("h_blocktype", at: 0x004)
        public static let headerSequence = BigEndianField<UInt32>("h_sequence", at: 0x008)
        public static let blockSize = BigEndianField<UInt32>("s_blocksize", at: 0x00C)
        public static let blockCount = BigEndianField<UInt32>("s_maxlen", at: 0x010)
        public static let first = BigEndianField<UInt32>("s_first", at: 0x014)
        public static let sequence = BigEndianField<UInt32>("s_sequence", at: 0x018)
        public static let start = BigEndianField<UInt32>("s_start", at: 0x01C)
        public static let errorNumber = BigEndianField<UInt32>("s_errno", at: 0x020)
        public static let compatibleFeatures = BigEndianField<UInt32>("s_feature_compat", at: 0x024)
        public static let incompatibleFeatures = BigEndianField<UInt32>(
            "s_feature_incompat", at: 0x028)
        public static let readOnlyFeatures = BigEndianField<UInt32>(
            "s_feature_ro_compat", at: 0x02C)
        public static let uuid = BytesField("s_uuid", at: 0x030, count: 16)
        public static let userCount = BigEndianField<UInt32>("s_nr_users", at: 0x040)
        public static let dynamicSuperblock = BigEndianField<UInt32>("s_dynsuper", at: 0x044)
        public static let maximumTransaction = BigEndianField<UInt32>(
            "s_max_transaction", at: 0x048)
        public static let maximumTransactionData = BigEndianField<UInt32>(
            "s_max_trans_data", at: 0x04C)
        public static let checksumType = Field<UInt8>("s_checksum_type", at: 0x050)
        public static let padding2 = BytesField("s_padding2", at: 0x051, count: 3)
        public static let fastCommitBlocks = BigEndianField<UInt32>("s_num_fc_blks", at: 0x054)
        public static let head = BigEndianField<UInt32>("s_head", at: 0x058)
        public static let padding = BytesField("s_padding", at: 0x05C, count: 160)
        public static let checksum = BigEndianField<UInt32>("s_checksum", at: 0x0FC)
        public static let users = BytesField("s_users", at: 0x100, count: 768)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.magic), FieldExtent(Fields.blockType),
        FieldExtent(Fields.headerSequence), FieldExtent(Fields.blockSize),
        FieldExtent(Fields.blockCount), FieldExtent(Fields.first), FieldExtent(Fields.sequence),
        FieldExtent(Fields.start), FieldExtent(Fields.errorNumber),
        FieldExtent(Fields.compatibleFeatures), FieldExtent(Fields.incompatibleFeatures),
        FieldExtent(Fields.readOnlyFeatures), FieldExtent(Fields.uuid),
        FieldExtent(Fields.userCount), FieldExtent(Fields.dynamicSuperblock),
        FieldExtent(Fields.maximumTransaction), FieldExtent(Fields.maximumTransactionData),
        FieldExtent(Fields.checksumType), FieldExtent(Fields.padding2),
        FieldExtent(Fields.fastCommitBlocks), FieldExtent(Fields.head), FieldExtent(Fields.padding),
        FieldExtent(Fields.checksum), FieldExtent(Fields.users),
    ]
}

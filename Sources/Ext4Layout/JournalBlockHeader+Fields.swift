public import ImageBytes

extension JournalBlockHeader {
    /// Where each field lies (`journal_header_t`).
    public enum Fields {
        public static let magic = BigEndianField<UInt32>("h_magic", at: 0x000)
        public static let blockType = BigEndianField<UInt32>("h_blocktype", at: 0x004)
        public static let sequence = BigEndianField<UInt32>("h_sequence", at: 0x008)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.magic), FieldExtent(Fields.blockType), FieldExtent(Fields.sequence),
    ]
}

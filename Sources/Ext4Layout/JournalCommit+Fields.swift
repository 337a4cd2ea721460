public import ImageBytes

extension JournalCommit {
    /// Where each field lies (`struct commit_header`).
    public enum Fields {
        public static let magic = BigEndianField<UInt32>("h_magic", at: 0x000)
        public static let blockType = BigEndianField<UInt32>("h_blocktype", at: 0x004)
        public static let sequence = BigEndianField<UInt32>("h_sequence", at: 0x008)
        public static let checksumType = Field<UInt8>("h_chksum_type", at: 0x00C)
        public static let checksumSize = Field<UInt8>("h_chksum_size", at: 0x00D)
        public static let padding = BytesField("h_padding", at: 0x00E, count: 2)
        public static let checksum = BigEndianField<UInt32>("h_chksum", at: 0x010)
        public static let checksumRest = BytesField("h_chksum_rest", at: 0x014, count: 28)
        public static let seconds = BigEndianField<UInt64>("h_commit_sec", at: 0x030)
        public static let nanoseconds = BigEndianField<UInt32>("h_commit_nsec", at: 0x038)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.magic), FieldExtent(Fields.blockType), FieldExtent(Fields.sequence),
        FieldExtent(Fields.checksumType), FieldExtent(Fields.checksumSize),
        FieldExtent(Fields.padding), FieldExtent(Fields.checksum), FieldExtent(Fields.checksumRest),
        FieldExtent(Fields.seconds), FieldExtent(Fields.nanoseconds),
    ]
}

public import ImageBytes

extension DirectoryTail {
    /// Where each field lies (`struct ext2_dir_entry_tail`).
    public enum Fields {
        public static let reservedZero = Field<UInt32>("det_reserved_zero1", at: 0x000)
        public static let recordLength = Field<UInt16>("det_rec_len", at: 0x004)
        public static let reservedNameLength = Field<UInt16>("det_reserved_name_len", at: 0x006)
        public static let checksum = Field<UInt32>("det_checksum", at: 0x008)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.reservedZero), FieldExtent(Fields.recordLength),
        FieldExtent(Fields.reservedNameLength), FieldExtent(Fields.checksum),
    ]
}

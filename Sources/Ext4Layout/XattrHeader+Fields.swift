public import ImageBytes

extension XattrHeader {
    /// Where each field lies (`struct ext2_ext_attr_header`).
    public enum Fields {
        public static let magic = Field<UInt32>("h_magic", at: 0x000)
        public static let referenceCount = Field<UInt32>("h_refcount", at: 0x004)
        public static let blocks = Field<UInt32>("h_blocks", at: 0x008)
        public static let hash = Field<UInt32>("h_hash", at: 0x00C)
        public static let checksum = Field<UInt32>("h_checksum", at: 0x010)
        public static let reserved = BytesField("h_reserved", at: 0x014, count: 12)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.magic), FieldExtent(Fields.referenceCount), FieldExtent(Fields.blocks),
        FieldExtent(Fields.hash), FieldExtent(Fields.checksum), FieldExtent(Fields.reserved),
    ]
}

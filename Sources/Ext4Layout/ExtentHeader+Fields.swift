public import ImageBytes

extension ExtentHeader {
    /// Where each field lies (`struct ext3_extent_header`).
    public enum Fields {
        public static let magic = Field<UInt16>("eh_magic", at: 0x000)
        public static let entries = Field<UInt16>("eh_entries", at: 0x002)
        public static let maximum = Field<UInt16>("eh_max", at: 0x004)
        public static let depth = Field<UInt16>("eh_depth", at: 0x006)
        public static let generation = Field<UInt32>("eh_generation", at: 0x008)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.magic), FieldExtent(Fields.entries), FieldExtent(Fields.maximum),
        FieldExtent(Fields.depth), FieldExtent(Fields.generation),
    ]
}

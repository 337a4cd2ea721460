public import ImageBytes

extension ExtentLeaf {
    /// Where each field lies (`struct ext3_extent`).
    public enum Fields {
        public static let block = Field<UInt32>("ee_block", at: 0x000)
        public static let length = Field<UInt16>("ee_len", at: 0x004)
        public static let startHigh = Field<UInt16>("ee_start_hi", at: 0x006)
        public static let startLow = Field<UInt32>("ee_start", at: 0x008)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.block), FieldExtent(Fields.length), FieldExtent(Fields.startHigh),
        FieldExtent(Fields.startLow),
    ]
}

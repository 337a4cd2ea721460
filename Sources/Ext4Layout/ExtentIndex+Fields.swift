public import ImageBytes

extension ExtentIndex {
    /// Where each field lies (`struct ext3_extent_idx`).
    public enum Fields {
        public static let block = Field<UInt32>("ei_block", at: 0x000)
        public static let leafLow = Field<UInt32>("ei_leaf", at: 0x004)
        public static let leafHigh = Field<UInt16>("ei_leaf_hi", at: 0x008)
        public static let unused = Field<UInt16>("ei_unused", at: 0x00A)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.block), FieldExtent(Fields.leafLow), FieldExtent(Fields.leafHigh),
        FieldExtent(Fields.unused),
    ]
}

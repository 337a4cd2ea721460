public import ImageBytes

extension XattrEntry {
    /// Where each field lies (`struct ext2_ext_attr_entry`); the name follows.
    public enum Fields {
        public static let nameLength = Field<UInt8>("e_name_len", at: 0x000)
        public static let nameIndex = Field<UInt8>("e_name_index", at: 0x001)
        public static let valueOffset = Field<UInt16>("e_value_offs", at: 0x002)
        public static let valueInode = Field<UInt32>("e_value_inum", at: 0x004)
        public static let valueSize = Field<UInt32>("e_value_size", at: 0x008)
        public static let hash = Field<UInt32>("e_hash", at: 0x00C)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.nameLength), FieldExtent(Fields.nameIndex),
        FieldExtent(Fields.valueOffset), FieldExtent(Fields.valueInode),
        FieldExtent(Fields.valueSize), FieldExtent(Fields.hash),
    ]
}

public import ImageBytes

extension HashTreeRootInfo {
    /// Where each field lies (`struct ext2_dx_root_info`).
    public enum Fields {
        public static let reservedZero = Field<UInt32>("reserved_zero", at: 0x000)
        public static let hashVersion = Field<UInt8>("hash_version", at: 0x004)
        public static let infoLength = Field<UInt8>("info_length", at: 0x005)
        public static let indirectLevels = Field<UInt8>("indirect_levels", at: 0x006)
        public static let unusedFlags = Field<UInt8>("unused_flags", at: 0x007)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.reservedZero), FieldExtent(Fields.hashVersion),
        FieldExtent(Fields.infoLength), FieldExtent(Fields.indirectLevels),
        FieldExtent(Fields.unusedFlags),
    ]
}

public import ImageBytes

extension QuotaHeader {
    /// Where each field lies (`struct v2_disk_dqheader` and `v2_disk_dqinfo` in quotaio_v2.h).
    public enum Fields {
        public static let magic = Field<UInt32>("dqh_magic", at: 0x000)
        public static let version = Field<UInt32>("dqh_version", at: 0x004)
        public static let blockGrace = Field<UInt32>("dqi_bgrace", at: 0x008)
        public static let inodeGrace = Field<UInt32>("dqi_igrace", at: 0x00C)
        public static let flags = Field<UInt32>("dqi_flags", at: 0x010)
        public static let blockCount = Field<UInt32>("dqi_blocks", at: 0x014)
        public static let freeBlock = Field<UInt32>("dqi_free_blk", at: 0x018)
        public static let freeEntry = Field<UInt32>("dqi_free_entry", at: 0x01C)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.magic), FieldExtent(Fields.version), FieldExtent(Fields.blockGrace),
        FieldExtent(Fields.inodeGrace), FieldExtent(Fields.flags), FieldExtent(Fields.blockCount),
        FieldExtent(Fields.freeBlock), FieldExtent(Fields.freeEntry),
    ]
}

public import ImageBytes

extension MultiMountBlock {
    /// Where each field lies (`struct mmp_struct`).
    public enum Fields {
        public static let magic = Field<UInt32>("mmp_magic", at: 0x000)
        public static let sequence = Field<UInt32>("mmp_seq", at: 0x004)
        public static let time = Field<UInt64>("mmp_time", at: 0x008)
        public static let nodeName = BytesField("mmp_nodename", at: 0x010, count: 64)
        public static let deviceName = BytesField("mmp_bdevname", at: 0x050, count: 32)
        public static let checkInterval = Field<UInt16>("mmp_check_interval", at: 0x070)
        public static let padding1 = Field<UInt16>("mmp_pad1", at: 0x072)
        public static let padding2 = BytesField("mmp_pad2", at: 0x074, count: 904)
        public static let checksum = Field<UInt32>("mmp_checksum", at: 0x3FC)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.magic), FieldExtent(Fields.sequence), FieldExtent(Fields.time),
        FieldExtent(Fields.nodeName), FieldExtent(Fields.deviceName),
        FieldExtent(Fields.checkInterval), FieldExtent(Fields.padding1),
        FieldExtent(Fields.padding2), FieldExtent(Fields.checksum),
    ]
}

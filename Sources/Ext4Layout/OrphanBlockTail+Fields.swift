public import ImageBytes

extension OrphanBlockTail {
    /// Where each field lies (`struct ext4_orphan_block_tail`).
    public enum Fields {
        public static let magic = Field<UInt32>("ob_magic", at: 0x000)
        public static let checksum = Field<UInt32>("ob_checksum", at: 0x004)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.magic), FieldExtent(Fields.checksum),
    ]
}

public import ImageBytes

extension DirectoryEntry {
    /// Where each field lies (`struct ext2_dir_entry_2`); the name follows.
    public enum Fields {
        public static let inode = Field<UInt32>("inode", at: 0x000)
        public static let recordLength = Field<UInt16>("rec_len", at: 0x004)
        public static let nameLength = Field<UInt8>("name_len", at: 0x006)
        public static let fileType = Field<UInt8>("file_type", at: 0x007)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.inode), FieldExtent(Fields.recordLength), FieldExtent(Fields.nameLength),
        FieldExtent(Fields.fileType),
    ]
}

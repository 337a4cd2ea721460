public import ImageBytes

/// An inode where it lies in the image: a view whose values are read when they are asked for.
///
/// The bytes may be any bytes. Fields beyond 128 bytes read as 0 where the inode does not have them.
public struct Inode: ~Escapable {
    /// The inode's number, from its place in the tables.
    public let number: UInt32
    /// All its bytes, `s_inode_size` of them.
    public let slice: ImageSlice

    /// - Parameters:
    ///   - slice: at least 128 bytes.
    ///   - number: the inode's number.
    @_lifetime(copy slice)
    public init(_ slice: ImageSlice, number: UInt32) {
        self.slice = slice
        self.number = number
    }

    /// The integer at a field of the first 128 bytes.
    public subscript<Value>(field: Field<Value>) -> Value { slice[field] }

    /// The integer at a field beyond the first 128 bytes, or 0 where `i_extra_isize` or the inode's
    /// size ends before it (`EXT4_FITS_IN_INODE`).
    public subscript<Value>(extra field: Field<Value>) -> Value {
        field.offset + MemoryLayout<Value>.size <= 128 + extraSize ? slice[field] : 0
    }

    /// Bytes after the first 128 that hold fields (`i_extra_isize`), cut at the inode's end.
    public var extraSize: Int {
        slice.count < 132 ? 0 : min(Int(slice[Fields.extraSize]), slice.count - 128)
    }

    public var mode: UInt16 { slice[Fields.mode] }
    /// Nil where the mode is of no kind.
    public var kind: FileKind? { FileKind(mode: mode) }
    public var flags: InodeFlags { InodeFlags(rawValue: slice[Fields.flags]) }
    public var linksCount: UInt16 { slice[Fields.linksCount] }
    public var deletionTime: UInt32 { slice[Fields.deletionTime] }
    public var generation: UInt32 { slice[Fields.generation] }

    public var user: UInt32 {
        UInt32(slice[Fields.userHigh]) << 16 | UInt32(slice[Fields.userLow])
    }

    public var group: UInt32 {
        UInt32(slice[Fields.groupHigh]) << 16 | UInt32(slice[Fields.groupLow])
    }

    /// Bytes of content (`i_size`).
    public var size: UInt64 {
        UInt64(high: slice[Fields.sizeHigh], low: slice[Fields.sizeLow])
    }

    /// `i_blocks` with its high half: units of 512 bytes, or blocks with ``InodeFlags/hugeFile``.
    public var blocks: UInt64 {
        UInt64(slice[Fields.blocksHigh]) << 32 | UInt64(slice[Fields.blocksLow])
    }

    /// The block of extended attributes (`i_file_acl`), 0 for none.
    public var xattrBlock: UInt64 {
        UInt64(slice[Fields.fileACLHigh]) << 32 | UInt64(slice[Fields.fileACLLow])
    }

    /// The 60 bytes of `i_block`: an extent node, block numbers, a short symlink, inline data or a
    /// device number.
    public var blockArea: ImageSlice {
        @_lifetime(copy self) get {
            slice.slice(Fields.block.offset..<Fields.block.offset + Fields.block.count)
        }
    }

    /// What lies after the fields: the place of extended attributes in the inode. Empty without any.
    public var xattrArea: ImageSlice {
        @_lifetime(copy self) get { slice.slice(min(slice.count, 128 + extraSize)..<slice.count) }
    }

    public var accessTime: Timestamp {
        Timestamp(slice[Fields.accessTime], extra: self[extra: Fields.accessTimeExtra])
    }

    public var changeTime: Timestamp {
        Timestamp(slice[Fields.changeTime], extra: self[extra: Fields.changeTimeExtra])
    }

    public var modificationTime: Timestamp {
        Timestamp(slice[Fields.modificationTime], extra: self[extra: Fields.modificationTimeExtra])
    }

    /// Nil where the inode has no place for it.
    public var creationTime: Timestamp? {
        guard extraSize >= Fields.creationTime.offset + 4 - 128 else { return nil }
        return Timestamp(
            slice[Fields.creationTime], extra: self[extra: Fields.creationTimeExtra])
    }

    /// The project (`i_projid`), 0 where the inode has no place for it.
    public var project: UInt32 { self[extra: Fields.project] }

    /// The device of a device node (`old_decode_dev`, `new_decode_dev`).
    public var device: (major: UInt32, minor: UInt32) {
        let area = blockArea
        let old = area[Field<UInt32>("i_block[0]", at: 0)]
        if old != 0 { return (old >> 8 & 0xFF, old & 0xFF) }
        let new = area[Field<UInt32>("i_block[1]", at: 4)]
        return ((new & 0xFFF00) >> 8, (new & 0xFF) | (new >> 12 & 0xFFF00))
    }

    /// Whether the inode holds something: it has links or, unlinked, is still kept (an orphan).
    public var isInUse: Bool { linksCount != 0 }
}

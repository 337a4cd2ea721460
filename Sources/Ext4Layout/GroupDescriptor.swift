public import ImageBytes

/// A group descriptor: where a group's bitmaps and inode table lie, and what is free in it.
///
/// Whatever the bytes are, they decode; whether the values make sense is for others to judge.
public struct GroupDescriptor: Equatable, Sendable {
    /// The block of the block bitmap (`bg_block_bitmap`).
    public let blockBitmap: UInt64
    /// The block of the inode bitmap (`bg_inode_bitmap`).
    public let inodeBitmap: UInt64
    /// The first block of the inode table (`bg_inode_table`).
    public let inodeTable: UInt64
    /// Free clusters (`bg_free_blocks_count`).
    public let freeBlocks: UInt32
    /// Free inodes (`bg_free_inodes_count`).
    public let freeInodes: UInt32
    /// Directories (`bg_used_dirs_count`).
    public let usedDirectories: UInt32
    /// Inodes at the end of the table that were never used (`bg_itable_unused`).
    public let unusedInodes: UInt32
    /// `bg_flags`.
    public let flags: GroupFlags
    /// The block bitmap's checksum; its high half is 0 in a descriptor of 32 bytes.
    public let blockBitmapChecksum: UInt32
    /// The inode bitmap's checksum; its high half is 0 in a descriptor of 32 bytes.
    public let inodeBitmapChecksum: UInt32
    /// The descriptor's own checksum.
    public let checksum: UInt16

    /// - Parameter slice: at least 32 bytes; at least 64 for the high halves to be read.
    public init(decoding slice: ImageSlice) {
        let isWide = slice.count >= 64
        func wide(_ low: Field<UInt32>, _ high: Field<UInt32>) -> UInt64 {
            UInt64(high: isWide ? slice[high] : 0, low: slice[low])
        }
        func wide(_ low: Field<UInt16>, _ high: Field<UInt16>) -> UInt32 {
            UInt32(slice[low]) | (isWide ? UInt32(slice[high]) << 16 : 0)
        }
        blockBitmap = wide(Fields.blockBitmapLow, Fields.blockBitmapHigh)
        inodeBitmap = wide(Fields.inodeBitmapLow, Fields.inodeBitmapHigh)
        inodeTable = wide(Fields.inodeTableLow, Fields.inodeTableHigh)
        freeBlocks = wide(Fields.freeBlocksLow, Fields.freeBlocksHigh)
        freeInodes = wide(Fields.freeInodesLow, Fields.freeInodesHigh)
        usedDirectories = wide(Fields.usedDirectoriesLow, Fields.usedDirectoriesHigh)
        unusedInodes = wide(Fields.unusedInodesLow, Fields.unusedInodesHigh)
        flags = GroupFlags(rawValue: slice[Fields.flags])
        blockBitmapChecksum = wide(
            Fields.blockBitmapChecksumLow, Fields.blockBitmapChecksumHigh)
        inodeBitmapChecksum = wide(
            Fields.inodeBitmapChecksumLow, Fields.inodeBitmapChecksumHigh)
        checksum = slice[Fields.checksum]
    }
}

/// `bg_flags`.
public struct GroupFlags: OptionSet, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The inode table and bitmap were never written: all inodes are free.
    public static let inodesUninitialized = Self(rawValue: 1)
    /// The block bitmap was never written: only the group's own metadata is in use.
    public static let blocksUninitialized = Self(rawValue: 2)
    /// The inode table is zeroed on disk.
    public static let inodesZeroed = Self(rawValue: 4)
}

public import ImageBytes

/// The end of a block of the orphan file; inode numbers fill what is before it.
public struct OrphanBlockTail: Equatable, Sendable {
    public static let byteCount = 8
    /// `EXT4_ORPHAN_BLOCK_MAGIC`.
    public static let magic: UInt32 = 0x0B10_CA04

    public let magic: UInt32
    public let checksum: UInt32

    /// - Parameter block: a whole block.
    public init(closing block: ImageSlice) {
        let base = block.count - Self.byteCount
        magic = block[Fields.magic, from: base]
        checksum = block[Fields.checksum, from: base]
    }
}

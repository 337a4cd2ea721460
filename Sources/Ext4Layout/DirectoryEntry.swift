public import ImageBytes

/// One directory entry: numbers and places, not yet believed.
public struct DirectoryEntry: Equatable, Sendable {
    /// Bytes before the name.
    public static let headerCount = 8
    /// `EXT2_NAME_LEN`.
    public static let nameLimit = 255

    /// Where in the block the entry starts.
    public let offset: Int
    /// The inode, 0 where the entry is unused.
    public let inode: UInt32
    /// Bytes to the next entry (`rec_len`), decoded.
    public let recordLength: Int
    /// Bytes of the name.
    public let nameLength: Int
    /// `file_type`; the high half of `name_len` where the `filetype` feature is off.
    public let fileType: UInt8

    /// Reads the entry at an offset; nil where fewer than 8 bytes are left.
    ///
    /// - Parameters:
    ///   - slice: a directory block, or the part of an inode with inline entries.
    ///   - offset: where the entry starts.
    ///   - blockSize: the file system's block size, which decides how `rec_len` is written.
    public init?(in slice: ImageSlice, at offset: Int, blockSize: Int) {
        guard offset >= 0, offset <= slice.count - Self.headerCount else { return nil }
        self.offset = offset
        inode = slice[Fields.inode, from: offset]
        recordLength = Self.recordLength(
            slice[Fields.recordLength, from: offset], blockSize: blockSize)
        nameLength = Int(slice[Fields.nameLength, from: offset])
        fileType = slice[Fields.fileType, from: offset]
    }

    /// The bytes of the block that the name takes; they may run past the entry or the block.
    public var nameRange: Range<Int> {
        offset + Self.headerCount..<offset + Self.headerCount + nameLength
    }

    /// The first byte after the entry.
    public var end: Int { offset + recordLength }

    /// The least bytes an entry takes (`ext2fs_dir_rec_len`).
    ///
    /// - Parameters:
    ///   - nameLength: bytes of the name.
    ///   - withHash: whether a hash follows the name, as in encrypted casefolded directories.
    /// - Returns: bytes, a multiple of 4.
    public static func length(forName nameLength: Int, withHash: Bool = false) -> Int {
        (headerCount + nameLength + 3) & ~3 + (withHash ? 8 : 0)
    }

    /// `ext2fs_get_rec_len`: 16 bits cannot say 65,536, so 0 and 65,535 do, and with blocks of
    /// 64 KiB the two lowest bits hold bits 16 and 17.
    public static func recordLength(_ raw: UInt16, blockSize: Int) -> Int {
        guard blockSize >= 65536 else { return Int(raw) }
        if raw == 65535 || raw == 0 { return blockSize }
        return Int(raw & 65532) | Int(raw & 3) << 16
    }

    /// What is wrong with the entry's shape, by the rules of `ext4_check_dir_entry`.
    ///
    /// - Parameters:
    ///   - limit: bytes in the block, without a checksum tail.
    ///   - withHash: whether a hash follows the name.
    /// - Returns: the first rule that is broken, or nil.
    public func flaw(limit: Int, withHash: Bool = false) -> Flaw? {
        let isDots = nameLength > 0 && nameLength <= 2
        let least = Self.length(forName: nameLength, withHash: withHash && !isDots)
        if recordLength < Self.length(forName: 1) { return .tooShort }
        if recordLength % 4 != 0 { return .unaligned }
        if end > limit { return .pastEnd }
        if recordLength < Self.length(forName: nameLength) || recordLength < least && inode != 0 {
            return .shorterThanName
        }
        return nil
    }

    /// What can be wrong with the shape of an entry.
    public enum Flaw: Sendable {
        /// `rec_len` is less than the smallest entry.
        case tooShort
        /// `rec_len` is not a multiple of 4.
        case unaligned
        /// The entry runs past its block.
        case pastEnd
        /// `rec_len` is too small for the name.
        case shorterThanName
    }
}

/// The entry without a name that closes a directory block and holds its checksum.
public struct DirectoryTail: Equatable, Sendable {
    public static let byteCount = 12

    public let checksum: UInt32

    /// Reads the last 12 bytes of a block; nil where they are no tail.
    public init?(closing block: ImageSlice) {
        guard block.count >= Self.byteCount else { return nil }
        let slice = block.slice(block.count - Self.byteCount..<block.count)
        guard slice[Fields.reservedZero] == 0, slice[Fields.recordLength] == 12,
            slice[Fields.reservedNameLength] == 0xDE00
        else { return nil }
        checksum = slice[Fields.checksum]
    }
}

public import ImageBytes

/// The start of a block of extended attributes.
public struct XattrHeader: Equatable, Sendable {
    public static let byteCount = 32
    /// `EXT2_EXT_ATTR_MAGIC`, also before the attributes in an inode.
    public static let magic: UInt32 = 0xEA02_0000
    /// More inodes than this never share a block (`EXT4_XATTR_REFCOUNT_MAX`).
    public static let referenceLimit: UInt32 = 1024

    public let magic: UInt32
    public let referenceCount: UInt32
    /// 1 in every valid one.
    public let blocks: UInt32
    public let hash: UInt32
    public let checksum: UInt32

    /// - Parameter block: a whole block.
    public init(decoding block: ImageSlice) {
        magic = block[Fields.magic]
        referenceCount = block[Fields.referenceCount]
        blocks = block[Fields.blocks]
        hash = block[Fields.hash]
        checksum = block[Fields.checksum]
    }
}

/// One extended attribute: numbers and places, not yet believed.
public struct XattrEntry: Equatable, Sendable {
    /// Bytes before the name.
    public static let headerCount = 16

    /// Where in the area the entry starts.
    public let offset: Int
    public let nameLength: Int
    public let nameIndex: UInt8
    /// Where the value starts: from the block's start, or from the first entry in an inode.
    public let valueOffset: Int
    /// The inode that holds the value, 0 for none.
    public let valueInode: UInt32
    public let valueSize: UInt32
    public let hash: UInt32

    /// Reads the entry at an offset; nil where four zero bytes or the area's end close the list.
    ///
    /// - Parameters:
    ///   - area: a whole block, or what follows the magic number in an inode.
    ///   - offset: where the entry starts.
    public init?(in area: ImageSlice, at offset: Int) {
        guard offset >= 0, offset <= area.count - 4,
            area[Field<UInt32>("e_name_len", at: offset)] != 0,
            offset <= area.count - Self.headerCount
        else { return nil }
        self.offset = offset
        nameLength = Int(area[Fields.nameLength, from: offset])
        nameIndex = area[Fields.nameIndex, from: offset]
        valueOffset = Int(area[Fields.valueOffset, from: offset])
        valueInode = area[Fields.valueInode, from: offset]
        valueSize = area[Fields.valueSize, from: offset]
        hash = area[Fields.hash, from: offset]
    }

    /// The bytes of the area that the name takes; they may run past its end.
    public var nameRange: Range<Int> {
        offset + Self.headerCount..<offset + Self.headerCount + nameLength
    }

    /// Where the next entry starts (`EXT4_XATTR_NEXT`).
    public var next: Int { offset + (Self.headerCount + nameLength + 3) & ~3 }

    /// Bytes that the value takes in the area, with padding (`EXT4_XATTR_SIZE`).
    public var paddedValueSize: UInt64 { (UInt64(valueSize) + 3) & ~3 }

    /// What a name index stands for (`EXT4_XATTR_INDEX_USER` and so on); nil where nothing.
    public var prefix: String? {
        switch nameIndex {
        case 0: ""
        case 1: "user."
        case 2: "system.posix_acl_access"
        case 3: "system.posix_acl_default"
        case 4: "trusted."
        case 5: "lustre."
        case 6: "security."
        case 7: "system."
        case 8: "system.richacl"
        case 9: "encryption."
        case 10: "gnu."
        default: nil
        }
    }
}

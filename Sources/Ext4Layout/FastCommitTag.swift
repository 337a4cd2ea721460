public import ImageBytes

/// One entry of a journal's fast-commit area: a type, a length and a value, all little-endian
/// (`struct ext4_fc_tl` in fs/ext4/fast_commit.h).
public struct FastCommitTag: Equatable, Sendable {
    /// Bytes before the value (`EXT4_FC_TAG_BASE_LEN`).
    public static let headerCount = 4
    /// The type of a head, with which an area begins (`EXT4_FC_TAG_HEAD`).
    public static let headKind: UInt16 = 9

    /// What it says.
    public let value: Value
    /// Where in its block it starts.
    public let offset: Int
    /// Bytes of the value.
    public let valueCount: Int

    /// What a tag says.
    public enum Value: Equatable, Sendable {
        /// Blocks of a file, as an extent (`EXT4_FC_TAG_ADD_RANGE`).
        case addRange(inode: UInt32, extent: ExtentLeaf)
        /// Blocks that a file has no longer (`EXT4_FC_TAG_DEL_RANGE`).
        case deleteRange(inode: UInt32, logical: UInt32, length: UInt32)
        /// A new inode's name (`EXT4_FC_TAG_CREAT`).
        case create(FastCommitName)
        /// One more name of an inode (`EXT4_FC_TAG_LINK`).
        case link(FastCommitName)
        /// A name that is gone (`EXT4_FC_TAG_UNLINK`).
        case unlink(FastCommitName)
        /// An inode; its bytes lie at this range of the block (`EXT4_FC_TAG_INODE`).
        case inode(UInt32, body: Range<Int>)
        /// Nothing, up to the end of a block (`EXT4_FC_TAG_PAD`).
        case padding
        /// The end of a fast commit (`EXT4_FC_TAG_TAIL`).
        case tail(sequence: UInt32, checksum: UInt32)
        /// The start of the area (`EXT4_FC_TAG_HEAD`).
        case head(features: UInt32, sequence: UInt32)
    }

    /// Reads the tag at an offset; nil where its type is not known or its length cannot be
    /// (`ext4_fc_value_len_isvalid`).
    ///
    /// - Parameters:
    ///   - block: a block of the area.
    ///   - offset: where the tag starts.
    ///   - inodeSize: bytes of an inode of the file system.
    public init?(in block: ImageSlice, at offset: Int, inodeSize: Int) {
        guard offset >= 0, offset <= block.count - Self.headerCount else { return nil }
        let start = offset + Self.headerCount
        let count = Int(block[Fields.length, from: offset])
        guard count <= block.count - start,
            let value = Value(
                kind: block[Fields.kind, from: offset], block.slice(start..<start + count),
                start: start, inodeSize: inodeSize)
        else { return nil }
        self.value = value
        self.offset = offset
        valueCount = count
    }

    /// The first byte after it.
    public var end: Int { offset + Self.headerCount + valueCount }

    /// Bytes of the tag that its fast commit's checksum covers: all, but of a tail only what lies
    /// before the checksum.
    public var checkedRange: Range<Int> {
        if case .tail = value { return offset..<offset + Self.headerCount + 4 }
        return offset..<end
    }

    /// Where each field lies.
    public enum Fields {
        public static let kind = Field<UInt16>("fc_tag", at: 0x000)
        public static let length = Field<UInt16>("fc_len", at: 0x002)
    }
}

/// A name in a fast commit (`struct ext4_fc_dentry_info`).
public struct FastCommitName: Equatable, Sendable {
    /// The directory.
    public let parent: UInt32
    /// What the name leads to.
    public let inode: UInt32
    /// Its bytes: 1 to 255.
    public let name: [UInt8]

    init?(_ value: ImageSlice) {
        guard (9...8 + DirectoryEntry.nameLimit).contains(value.count) else { return nil }
        parent = value[Field<UInt32>("fc_parent_ino", at: 0)]
        inode = value[Field<UInt32>("fc_ino", at: 4)]
        name = value.copy(8..<value.count)
    }
}

extension FastCommitTag.Value {
    fileprivate init?(kind: UInt16, _ value: ImageSlice, start: Int, inodeSize: Int) {
        let count = value.count
        func word(_ offset: Int) -> UInt32 { value[Field<UInt32>("fc_value", at: offset)] }
        switch kind {
        case 1 where count == 16:
            self = .addRange(inode: word(0), extent: ExtentLeaf(decoding: value, at: 4))
        case 2 where count == 12:
            self = .deleteRange(inode: word(0), logical: word(4), length: word(8))
        case 3...5:
            guard let name = FastCommitName(value) else { return nil }
            self = kind == 3 ? .create(name) : kind == 4 ? .link(name) : .unlink(name)
        case 6 where count >= 4 + 128 && count <= 4 + inodeSize:
            self = .inode(word(0), body: start + 4..<start + count)
        case 7: self = .padding
        case 8 where count >= 8: self = .tail(sequence: word(0), checksum: word(4))
        case 9 where count == 8: self = .head(features: word(0), sequence: word(4))
        default: return nil
        }
    }
}

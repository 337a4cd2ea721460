public import ImageBytes

/// The facts in the first block of an indexed directory (`struct ext2_dx_root_info`).
public struct HashTreeRootInfo: Equatable, Sendable {
    public static let byteCount = 8
    /// It follows the entries for `.` and `..`, 12 bytes each.
    public static let blockOffset = 24

    public let reservedZero: UInt32
    public let hashVersion: UInt8
    /// 8 in every valid one.
    public let infoLength: UInt8
    /// Levels of nodes between the root and the leaves: 0, 1 or 2 (3 with `large_dir`).
    public let indirectLevels: UInt8
    public let unusedFlags: UInt8

    /// - Parameter block: the directory's first block.
    public init(decoding block: ImageSlice) {
        let base = Self.blockOffset
        reservedZero = block[Fields.reservedZero, from: base]
        hashVersion = block[Fields.hashVersion, from: base]
        infoLength = block[Fields.infoLength, from: base]
        indirectLevels = block[Fields.indirectLevels, from: base]
        unusedFlags = block[Fields.unusedFlags, from: base]
    }
}

/// The entries of one node of a hash tree: the root or an inner node.
///
/// The counts may be wrong in any way; ``entryCount`` never runs past the block.
public struct HashTreeNode: ~Escapable {
    /// The whole block.
    public let block: ImageSlice
    /// Where in the block the count and limit lie: after the root's facts, which say how long they
    /// are, or 8 bytes in.
    public let countOffset: Int
    /// `dx_countlimit.limit`.
    public let limit: Int
    /// `dx_countlimit.count`, the first entry included, which has no hash.
    public let count: Int

    /// - Parameters:
    ///   - block: a whole block.
    ///   - isRoot: whether it is the directory's first.
    @_lifetime(copy block)
    public init(_ block: ImageSlice, isRoot: Bool) {
        self.block = block
        let facts = HashTreeRootInfo.blockOffset
        countOffset =
            isRoot ? facts + Int(block[HashTreeRootInfo.Fields.infoLength, from: facts]) : 8
        limit = Int(block[Field<UInt16>("limit", at: countOffset)])
        count = Int(block[Field<UInt16>("count", at: countOffset + 2)])
    }

    /// How many entries there is place for in the block, without a checksum.
    public var capacity: Int { (block.count - countOffset) / 8 }

    /// ``count``, cut where the block ends.
    public var entryCount: Int { min(count, capacity) }

    /// The first hash of an entry's child. The first entry's place holds the counts instead: 0.
    public func hash(_ index: Int) -> UInt32 {
        index == 0 ? 0 : block[Field<UInt32>("hash", at: countOffset + index * 8)]
    }

    /// The block of the directory that an entry leads to, as it stands (`EXT4_DX_BLOCK_MASK` has
    /// the lowest 28 bits).
    public func child(_ index: Int) -> UInt32 {
        block[Field<UInt32>("block", at: countOffset + index * 8 + 4)]
    }

    /// Where the checksum lies: after the entries there is place for, as `limit` says. Nil where
    /// that is past the block's end, or the root's facts have another length
    /// (`__get_dx_countlimit`).
    public var checksumOffset: Int? {
        let rootOffset = HashTreeRootInfo.blockOffset + HashTreeRootInfo.byteCount
        guard countOffset == 8 || countOffset == rootOffset else { return nil }
        let offset = countOffset + limit * 8 + 4
        return offset + 4 <= block.count ? offset : nil
    }
}

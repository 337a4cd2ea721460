public import ImageBytes

/// One node of an extent tree: the 60 bytes in an inode, or a whole block.
///
/// The header may be wrong in any way; ``entryCount`` never runs past the node's bytes.
public struct ExtentNode: ~Escapable {
    /// The node's bytes.
    public let slice: ImageSlice
    /// Its header.
    public let header: ExtentHeader

    /// - Parameter slice: at least 12 bytes.
    @_lifetime(copy slice)
    public init(_ slice: ImageSlice) {
        self.slice = slice
        header = ExtentHeader(decoding: slice)
    }

    /// How many entries there is place for.
    public var capacity: Int { (slice.count - ExtentHeader.byteCount) / ExtentLeaf.byteCount }

    /// `eh_entries`, cut where the node ends.
    public var entryCount: Int { min(Int(header.entries), capacity) }

    /// An entry of a leaf; traps past ``capacity``.
    public func leaf(_ index: Int) -> ExtentLeaf {
        ExtentLeaf(decoding: slice, at: ExtentHeader.byteCount + index * ExtentLeaf.byteCount)
    }

    /// An entry of an inner node; traps past ``capacity``.
    public func index(_ index: Int) -> ExtentIndex {
        ExtentIndex(decoding: slice, at: ExtentHeader.byteCount + index * ExtentIndex.byteCount)
    }

    /// Where the checksum of a node in a block lies (`EXT4_EXTENT_TAIL_OFFSET`): after the entries
    /// there is place for, as `eh_max` says. Nil where that is past the node's end.
    public var checksumOffset: Int? {
        let offset = ExtentHeader.byteCount + Int(header.maximum) * ExtentLeaf.byteCount
        return offset + 4 <= slice.count ? offset : nil
    }

    /// The checksum at ``checksumOffset``.
    public var checksum: UInt32? {
        checksumOffset.map { slice[Field<UInt32>("et_checksum", at: $0)] }
    }
}

/// The first 12 bytes of an extent node.
public struct ExtentHeader: Equatable, Sendable {
    public static let byteCount = 12
    /// `EXT3_EXT_MAGIC`.
    public static let magic: UInt16 = 0xF30A
    /// The kernel makes no deeper tree (`EXT4_MAX_EXTENT_DEPTH`).
    public static let depthLimit: UInt16 = 5

    public let magic: UInt16
    public let entries: UInt16
    public let maximum: UInt16
    /// 0 in a leaf.
    public let depth: UInt16
    public let generation: UInt32

    /// - Parameter slice: at least 12 bytes.
    public init(decoding slice: ImageSlice) {
        magic = slice[Fields.magic]
        entries = slice[Fields.entries]
        maximum = slice[Fields.maximum]
        depth = slice[Fields.depth]
        generation = slice[Fields.generation]
    }
}

/// An entry of a leaf: a run of blocks.
public struct ExtentLeaf: Equatable, Sendable {
    public static let byteCount = 12

    /// The first block of the file that the run holds (`ee_block`).
    public let logical: UInt32
    /// `ee_len` as it stands: more than 32,768 marks an unwritten run.
    public let rawLength: UInt16
    /// The first block on disk (`ee_start`).
    public let physical: UInt64

    /// - Parameters:
    ///   - slice: the node.
    ///   - offset: where in it the entry starts.
    public init(decoding slice: ImageSlice, at offset: Int) {
        logical = slice[Fields.block, from: offset]
        rawLength = slice[Fields.length, from: offset]
        physical =
            UInt64(slice[Fields.startHigh, from: offset]) << 32
            | UInt64(slice[Fields.startLow, from: offset])
    }

    /// Blocks in the run: 1 to 32,768, or 0 in a broken one.
    public var length: UInt32 { UInt32(isUnwritten ? rawLength - 32768 : rawLength) }

    /// Whether the blocks are allocated and read as zeros.
    public var isUnwritten: Bool { rawLength > 32768 }
}

/// An entry of an inner node: where a child lies.
public struct ExtentIndex: Equatable, Sendable {
    public static let byteCount = 12

    /// The first block of the file that the child may hold (`ei_block`).
    public let logical: UInt32
    /// The child's block on disk (`ei_leaf`).
    public let child: UInt64

    /// - Parameters:
    ///   - slice: the node.
    ///   - offset: where in it the entry starts.
    public init(decoding slice: ImageSlice, at offset: Int) {
        logical = slice[Fields.block, from: offset]
        child =
            UInt64(slice[Fields.leafHigh, from: offset]) << 32
            | UInt64(slice[Fields.leafLow, from: offset])
    }
}

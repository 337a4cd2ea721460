public import ImageBytes

/// The first block of a journal (`journal_superblock_t`); all its numbers are big-endian.
public struct JournalSuperblock: Equatable, Sendable {
    public static let byteCount = 1024

    public let magic: UInt32
    /// 3 in version 1, 4 in version 2.
    public let blockType: UInt32
    public let blockSize: UInt32
    /// Blocks in the journal (`s_maxlen`).
    public let blockCount: UInt32
    /// The first block of the log.
    public let first: UInt32
    /// The first transaction expected.
    public let sequence: UInt32
    /// The block where the log starts, 0 where there is nothing to replay.
    public let start: UInt32
    public let errorNumber: UInt32
    public let features: JournalFeatures
    public let compatibleFeatures: UInt32
    public let readOnlyFeatures: UInt32
    public let userCount: UInt32
    public let checksumType: UInt8
    public let fastCommitBlocks: UInt32
    public let checksum: UInt32
    public let uuid: [UInt8]

    /// - Parameter slice: at least 1,024 bytes.
    public init(decoding slice: ImageSlice) {
        magic = slice[Fields.magic]
        blockType = slice[Fields.blockType]
        blockSize = slice[Fields.blockSize]
        blockCount = slice[Fields.blockCount]
        first = slice[Fields.first]
        sequence = slice[Fields.sequence]
        start = slice[Fields.start]
        errorNumber = slice[Fields.errorNumber]
        // Version 1 has no features, and what stands there means nothing.
        let isNew = blockType == JournalBlockKind.superblockV2.rawValue
        features = JournalFeatures(rawValue: isNew ? slice[Fields.incompatibleFeatures] : 0)
        compatibleFeatures = isNew ? slice[Fields.compatibleFeatures] : 0
        readOnlyFeatures = isNew ? slice[Fields.readOnlyFeatures] : 0
        userCount = slice[Fields.userCount]
        checksumType = slice[Fields.checksumType]
        fastCommitBlocks = slice[Fields.fastCommitBlocks]
        checksum = slice[Fields.checksum]
        uuid = slice.copy(Fields.uuid)
    }

    /// Whether blocks carry checksums of the second or third kind.
    public var hasChecksums: Bool {
        features.contains(.checksumV2) || features.contains(.checksumV3)
    }

    /// Whether commit blocks carry checksums of the first kind, over the whole transaction
    /// (`JBD2_FEATURE_COMPAT_CHECKSUM`).
    public var hasTransactionChecksums: Bool { compatibleFeatures & 1 != 0 }

    /// What the journal's checksums start from.
    public var seed: UInt32 { CRC32C.checksum(uuid.rawSpan) }

    /// The checksum of the journal's superblock, its own field taken as zero.
    public static func checksum(of slice: ImageSlice) -> UInt32 {
        let place = Fields.checksum.offset
        var value = CRC32C.checksum(slice.slice(0..<place).bytes)
        value = CRC32C.checksum(UInt32(0), seed: value)
        return CRC32C.checksum(slice.slice(place + 4..<byteCount).bytes, seed: value)
    }
}

/// `s_feature_incompat` of a journal.
public struct JournalFeatures: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let revoke = Self(rawValue: 1)
    public static let wideBlocks = Self(rawValue: 2)
    public static let asynchronousCommit = Self(rawValue: 4)
    public static let checksumV2 = Self(rawValue: 8)
    public static let checksumV3 = Self(rawValue: 0x10)
    public static let fastCommit = Self(rawValue: 0x20)

    /// What this reader understands.
    public static let supported: Self = [
        .revoke, .wideBlocks, .asynchronousCommit, .checksumV2, .checksumV3, .fastCommit,
    ]

    /// The bits and their names as dumpe2fs prints them.
    public static let names: [(Self, String)] = [
        (.revoke, "journal_incompat_revoke"), (.wideBlocks, "journal_64bit"),
        (.asynchronousCommit, "journal_async_commit"), (.checksumV2, "journal_checksum_v2"),
        (.checksumV3, "journal_checksum_v3"), (.fastCommit, "fast_commit"),
    ]
}

/// `h_blocktype`.
public enum JournalBlockKind: UInt32, Sendable {
    case descriptor = 1
    case commit = 2
    case superblockV1 = 3
    case superblockV2 = 4
    case revoke = 5
}

/// What every block of a journal that is no copy of data starts with.
public struct JournalBlockHeader: Equatable, Sendable {
    public static let byteCount = 12
    /// `JBD2_MAGIC_NUMBER`.
    public static let magic: UInt32 = 0xC03B_3998

    public let magic: UInt32
    public let blockType: UInt32
    public let sequence: UInt32

    /// - Parameter slice: at least 12 bytes.
    public init(decoding slice: ImageSlice) {
        magic = slice[Fields.magic]
        blockType = slice[Fields.blockType]
        sequence = slice[Fields.sequence]
    }
}

/// The block that ends a transaction.
public struct JournalCommit: Equatable, Sendable {
    public static let byteCount = 60

    public let checksumType: UInt8
    public let checksum: UInt32
    public let seconds: UInt64
    public let nanoseconds: UInt32

    /// - Parameter slice: at least 60 bytes.
    public init(decoding slice: ImageSlice) {
        checksumType = slice[Fields.checksumType]
        checksum = slice[Fields.checksum]
        seconds = slice[Fields.seconds]
        nanoseconds = slice[Fields.nanoseconds]
    }

    /// The checksum of a commit block with checksums of the second or third kind.
    public static func checksum(of block: ImageSlice, seed: UInt32) -> UInt32 {
        let place = Fields.checksum.offset
        var value = CRC32C.checksum(block.slice(0..<place).bytes, seed: seed)
        value = CRC32C.checksum(UInt32(0), seed: value)
        return CRC32C.checksum(block.slice(place + 4..<block.count).bytes, seed: value)
    }
}

public import ImageBytes

/// One entry of a descriptor block: which block of the file system the next block of the log is for.
///
/// Its form depends on the journal's features (`journal_block_tag_t`, `journal_block_tag3_t`).
public struct JournalTag: Equatable, Sendable {
    /// The block of the file system.
    public let block: UInt64
    public let flags: Flags
    /// The checksum of the block's content: 32 bits in version 3, 16 in version 2, else 0.
    public let checksum: UInt32
    /// Bytes from this tag to the next one, a UUID included.
    public let byteCount: Int

    /// `t_flags`.
    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// The copy starts with the journal's magic number, which the log holds as 0.
        public static let escaped = Self(rawValue: 1)
        /// No UUID follows the tag.
        public static let sameUUID = Self(rawValue: 2)
        public static let deleted = Self(rawValue: 4)
        /// The last tag of its descriptor block.
        public static let last = Self(rawValue: 8)
    }

    /// Reads the tag at an offset; nil where the block ends before it does.
    ///
    /// - Parameters:
    ///   - block: a descriptor block without its checksum.
    ///   - offset: where the tag starts.
    ///   - features: the journal's.
    public init?(in block: ImageSlice, at offset: Int, features: JournalFeatures) {
        let isThird = features.contains(.checksumV3)
        let isWide = features.contains(.wideBlocks)
        let size = Self.byteCount(features)
        guard offset >= 0, offset <= block.count - size else { return nil }
        let low = block[BigEndianField<UInt32>("t_blocknr", at: offset)]
        let high: UInt32 =
            isWide ? block[BigEndianField<UInt32>("t_blocknr_high", at: offset + 8)] : 0
        self.block = UInt64(high: high, low: low)
        if isThird {
            flags = Flags(
                rawValue: UInt16(
                    truncatingIfNeeded: block[BigEndianField<UInt32>("t_flags", at: offset + 4)]))
            checksum = block[BigEndianField<UInt32>("t_checksum", at: offset + 12)]
        } else {
            checksum =
                features.contains(.checksumV2)
                ? UInt32(block[BigEndianField<UInt16>("t_checksum", at: offset + 4)]) : 0
            flags = Flags(rawValue: block[BigEndianField<UInt16>("t_flags", at: offset + 6)])
        }
        byteCount = size + (flags.contains(.sameUUID) ? 0 : 16)
    }

    /// Bytes of a tag without a UUID (`journal_tag_bytes`).
    public static func byteCount(_ features: JournalFeatures) -> Int {
        if features.contains(.checksumV3) { return 16 }
        // Version 2 reserves two bytes more than the tag has, a mistake that became the format.
        let wide = features.contains(.wideBlocks) ? 12 : 8
        return wide + (features.contains(.checksumV2) ? 2 : 0)
    }

    /// The checksum of a block's content in the log.
    ///
    /// - Parameters:
    ///   - content: the block as it stands in the log.
    ///   - sequence: the transaction's number.
    ///   - seed: the journal's ``JournalSuperblock/seed``.
    /// - Returns: all 32 bits; version 2 keeps the low half.
    public static func checksum(
        of content: ImageSlice, sequence: UInt32, seed: UInt32
    ) -> UInt32 {
        CRC32C.checksum(content.bytes, seed: CRC32C.checksum(sequence.byteSwapped, seed: seed))
    }
}

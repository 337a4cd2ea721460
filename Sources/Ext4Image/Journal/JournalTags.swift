internal import Ext4Layout
internal import ImageBytes

extension Journal {
    /// What the tags of a descriptor block say, in the order of the blocks that follow it.
    func tags(in block: ImageSlice) -> [JournalTag] {
        let end = superblock.hasChecksums ? block.count - 4 : block.count
        let part = block.slice(0..<end)
        var found: [JournalTag] = []
        var offset = JournalBlockHeader.byteCount
        while let tag = JournalTag(in: part, at: offset, features: superblock.features) {
            found.append(tag)
            offset += tag.byteCount
            if tag.flags.contains(.last) { break }
        }
        return found
    }

    /// Whether the checksum at the end of a descriptor or revoke block is right, where there is one.
    func hasValidTail(_ block: ImageSlice) -> Bool {
        guard superblock.hasChecksums else { return true }
        let place = block.count - 4
        var value = CRC32C.checksum(block.slice(0..<place).bytes, seed: superblock.seed)
        value = CRC32C.checksum(UInt32(0), seed: value)
        return block[BigEndianField<UInt32>("t_checksum", at: place)] == value
    }

    /// The blocks that a revoke block takes back; nil where its count leads out of it.
    func revoked(in block: ImageSlice) -> [UInt64]? {
        let used = Int(block[BigEndianField<UInt32>("r_count", at: 12)])
        let end = superblock.hasChecksums ? block.count - 4 : block.count
        guard used >= 16, used <= end else { return nil }
        let isWide = superblock.features.contains(.wideBlocks)
        return stride(from: 16, through: used - (isWide ? 8 : 4), by: isWide ? 8 : 4).map {
            offset in
            isWide
                ? block[BigEndianField<UInt64>("blocknr", at: offset)]
                : UInt64(block[BigEndianField<UInt32>("blocknr", at: offset)])
        }
    }
}

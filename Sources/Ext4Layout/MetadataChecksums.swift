public import ImageBytes

/// The checksums that a file system's metadata carries (`lib/ext2fs/csum.c`).
///
/// Every function calculates; comparing is for the caller, who knows where the value stands.
public struct MetadataChecksums: Sendable {
    /// What all but the superblock's start from: the UUID's checksum, or `s_checksum_seed`.
    public let seed: UInt32
    private let uuid: [UInt8]

    public init(_ superblock: Superblock) {
        let uuid = superblock[Superblock.Fields.uuid]
        self.uuid = uuid
        seed =
            superblock.incompatible.contains(.checksumSeed)
            ? superblock[Superblock.Fields.checksumSeed] : CRC32C.checksum(uuid.rawSpan)
    }

    /// The superblock's own, over everything before it.
    public static func superblock(_ slice: ImageSlice) -> UInt32 {
        CRC32C.checksum(slice.slice(0..<Superblock.Fields.checksum.offset).bytes)
    }

    /// A group descriptor's with `metadata_csum`: the low half of a CRC-32C.
    public func descriptor(_ slice: ImageSlice, group: UInt32) -> UInt16 {
        let place = GroupDescriptor.Fields.checksum.offset
        var value = CRC32C.checksum(group, seed: seed)
        value = CRC32C.checksum(slice.slice(0..<place).bytes, seed: value)
        value = CRC32C.checksum(UInt16(0), seed: value)
        value = CRC32C.checksum(slice.slice(place + 2..<slice.count).bytes, seed: value)
        return UInt16(truncatingIfNeeded: value)
    }

    /// A group descriptor's with `uninit_bg` alone: a CRC-16 that starts from the UUID.
    public func descriptor16(_ slice: ImageSlice, group: UInt32) -> UInt16 {
        let place = GroupDescriptor.Fields.checksum.offset
        var value = CRC16.checksum(uuid.rawSpan)
        let number = (0..<4).map { UInt8(truncatingIfNeeded: group >> ($0 * 8)) }
        value = CRC16.checksum(number.rawSpan, seed: value)
        value = CRC16.checksum(slice.slice(0..<place).bytes, seed: value)
        return CRC16.checksum(slice.slice(place + 2..<slice.count).bytes, seed: value)
    }

    /// A bitmap's: over the bits in use, which are all the clusters or inodes a group has place for.
    ///
    /// - Parameters:
    ///   - bitmap: the bitmap's block.
    ///   - bits: clusters or inodes in a group.
    /// - Returns: all 32 bits; a descriptor of 32 bytes keeps the low half.
    public func bitmap(_ bitmap: ImageSlice, bits: UInt64) -> UInt32 {
        let count = min(bitmap.count, Int(bits / 8))
        return CRC32C.checksum(bitmap.slice(0..<count).bytes, seed: seed)
    }

    /// What everything that belongs to an inode starts from.
    public func seed(ofInode number: UInt32, generation: UInt32) -> UInt32 {
        CRC32C.checksum(generation, seed: CRC32C.checksum(number, seed: seed))
    }

    /// An inode's own. Its high half counts only where ``inodeHasWideChecksum(_:)``.
    public func inode(_ inode: borrowing Inode) -> UInt32 {
        let slice = inode.slice
        let low = Inode.Fields.checksumLow.offset
        var value = seed(ofInode: inode.number, generation: inode.generation)
        value = CRC32C.checksum(slice.slice(0..<low).bytes, seed: value)
        value = CRC32C.checksum(UInt16(0), seed: value)
        guard Self.inodeHasWideChecksum(inode) else {
            return CRC32C.checksum(slice.slice(low + 2..<slice.count).bytes, seed: value)
        }
        let high = Inode.Fields.checksumHigh.offset
        value = CRC32C.checksum(slice.slice(low + 2..<high).bytes, seed: value)
        value = CRC32C.checksum(UInt16(0), seed: value)
        return CRC32C.checksum(slice.slice(high + 2..<slice.count).bytes, seed: value)
    }

    /// Whether an inode has place for the high half of its checksum.
    public static func inodeHasWideChecksum(_ inode: borrowing Inode) -> Bool {
        inode.slice.count > 128 && inode.slice[Inode.Fields.extraSize] >= 4
    }

    /// Whether an inode's checksum is right.
    public func isValid(_ inode: borrowing Inode) -> Bool {
        let found = UInt32(inode[Inode.Fields.checksumLow])
        let expected = self.inode(inode)
        guard Self.inodeHasWideChecksum(inode) else { return found == expected & 0xFFFF }
        return found | UInt32(inode.slice[Inode.Fields.checksumHigh]) << 16 == expected
    }

    /// A directory block's: over everything before its tail, from ``seed(ofInode:generation:)``.
    public static func directory(_ block: ImageSlice, inodeSeed: UInt32) -> UInt32 {
        CRC32C.checksum(
            block.slice(0..<max(0, block.count - DirectoryTail.byteCount)).bytes, seed: inodeSeed)
    }

    /// A hash-tree node's: over its entries in use and the word before the checksum. Nil where the
    /// counts lead out of the block.
    public static func hashTree(_ node: borrowing HashTreeNode, inodeSeed: UInt32) -> UInt32? {
        let used = node.countOffset + node.count * 8
        guard let place = node.checksumOffset, used <= node.block.count else { return nil }
        var value = CRC32C.checksum(node.block.slice(0..<used).bytes, seed: inodeSeed)
        value = CRC32C.checksum(node.block.slice(place - 4..<place).bytes, seed: value)
        return CRC32C.checksum(UInt32(0), seed: value)
    }

    /// An extent block's: over everything before the checksum. Nil where `eh_max` leads out of it.
    public static func extents(_ node: borrowing ExtentNode, inodeSeed: UInt32) -> UInt32? {
        guard let place = node.checksumOffset else { return nil }
        return CRC32C.checksum(node.slice.slice(0..<place).bytes, seed: inodeSeed)
    }

    /// The checksum of a block of extended attributes.
    public func xattrs(_ block: ImageSlice, number: UInt64) -> UInt32 {
        let place = XattrHeader.Fields.checksum.offset
        var value = CRC32C.checksum(number, seed: seed)
        value = CRC32C.checksum(block.slice(0..<place).bytes, seed: value)
        value = CRC32C.checksum(UInt32(0), seed: value)
        return CRC32C.checksum(block.slice(place + 4..<block.count).bytes, seed: value)
    }

    /// The multi-mount block's: over everything before it.
    public func multiMount(_ block: ImageSlice) -> UInt32 {
        let place = MultiMountBlock.Fields.checksum.offset
        return CRC32C.checksum(block.slice(0..<place).bytes, seed: seed)
    }

    /// A block's of the orphan file: over its number and its entries.
    public static func orphans(_ block: ImageSlice, number: UInt64, inodeSeed: UInt32) -> UInt32 {
        let value = CRC32C.checksum(number, seed: inodeSeed)
        return CRC32C.checksum(
            block.slice(0..<max(0, block.count - OrphanBlockTail.byteCount)).bytes, seed: value)
    }
}

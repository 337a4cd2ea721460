public import Ext4Layout
public import ImageBytes

extension Ext4Image {
    /// The whole image.
    public var slice: ImageSlice {
        @_lifetime(borrow self) borrowing get {
            // `bytes` never changes and lives as long as we do, which the compiler does not see.
            let all = unsafe RawSpan(_unsafeBytes: bytes.unsafeBytes)
            return unsafe ImageSlice(_overrideLifetime(all, borrowing: self))
        }
    }

    /// A block; nil where it lies outside the file system or the image.
    @_lifetime(borrow self)
    public func block(_ number: UInt64) -> ImageSlice? {
        guard number < geometry.blockCount else { return nil }
        // `Geometry` makes sure that all blocks together have no more bytes than an Int64 counts.
        return slice.slice(
            ifAt: number &* UInt64(geometry.blockSize), count: geometry.blockSize)
    }

    /// Blocks that lie together; nil where any of them lies outside the file system or the image.
    @_lifetime(borrow self)
    public func blocks(_ range: Range<UInt64>) -> ImageSlice? {
        guard range.upperBound <= geometry.blockCount else { return nil }
        return slice.slice(
            ifAt: range.lowerBound &* UInt64(geometry.blockSize),
            count: Int(range.upperBound - range.lowerBound) &* geometry.blockSize)
    }

    /// A group's descriptor as it lies in the primary table.
    @_lifetime(borrow self)
    public func descriptorSlice(ofGroup group: Int) -> ImageSlice? {
        let (index, place) = group.quotientAndRemainder(dividingBy: geometry.descriptorsPerBlock)
        guard group >= 0, group < geometry.groupCount, let block = block(places.primaryBlock(index))
        else { return nil }
        let start = place * geometry.descriptorSize
        return block.slice(start..<start + geometry.descriptorSize)
    }

    /// An inode; nil where there is no such number or its table lies outside the image.
    @_lifetime(borrow self)
    public func inode(_ number: UInt32) -> Inode? {
        guard let (group, index) = geometry.position(ofInode: number) else { return nil }
        let table = groups[group].inodeTable
        guard table < geometry.blockCount else { return nil }
        let offset =
            table &* UInt64(geometry.blockSize) &+ UInt64(index) &* UInt64(geometry.inodeSize)
        guard let slice = slice.slice(ifAt: offset, count: geometry.inodeSize) else {
            return nil
        }
        return Inode(slice, number: number)
    }

    /// A group's whole inode table; nil where it lies outside the image.
    @_lifetime(borrow self)
    public func inodeTable(ofGroup group: Int) -> ImageSlice? {
        let start = groups[group].inodeTable
        let (end, overflow) = start.addingReportingOverflow(geometry.inodeTableBlocks)
        return overflow ? nil : blocks(start..<end)
    }

    /// Has the system take back the memory behind a group's inode table: what is mapped counts as ours.
    func releaseInodeTable(ofGroup group: Int) {
        guard let table = inodeTable(ofGroup: group) else { return }
        let start = Int(groups[group].inodeTable) * geometry.blockSize
        bytes.release(start..<start + table.count)
    }

    /// The block of a group's block bitmap; nil where it lies outside the image.
    @_lifetime(borrow self)
    public func blockBitmap(ofGroup group: Int) -> ImageSlice? { block(groups[group].blockBitmap) }

    /// The block of a group's inode bitmap; nil where it lies outside the image.
    @_lifetime(borrow self)
    public func inodeBitmap(ofGroup group: Int) -> ImageSlice? { block(groups[group].inodeBitmap) }

    /// Inodes that exist: those of all groups, or fewer where `s_inodes_count` says so.
    public var inodeNumbers: ClosedRange<UInt32> {
        let places = UInt64(geometry.groupCount) * geometry.inodesPerGroup
        return 1...max(1, min(geometry.inodeCount, UInt32(clamping: places)))
    }

    /// Whether names are hashed as unsigned characters (`EXT2_FLAGS_UNSIGNED_HASH`).
    public var hashesUnsigned: Bool { superblock[Superblock.Fields.flags] & 2 != 0 }

    /// What a directory's hashes are made with.
    public func hashSeed() -> DirectoryHash.Seed { superblock.hashSeed }

    /// What an inode's blocks have their checksums from.
    public func checksumSeed(of inode: borrowing Inode) -> UInt32 {
        checksums.seed(ofInode: inode.number, generation: inode.generation)
    }
}

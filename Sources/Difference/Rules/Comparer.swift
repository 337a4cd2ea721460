import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

/// Looks at two images' differing blocks one by one and says why each differs.
///
/// The rules lie in extensions, one file for each kind of structure. A rule names a cause only where
/// it has looked at the bytes, or where what lies there is compared with its counterpart elsewhere:
/// a file's blocks that moved are compared as the file's content.
final class Comparer {
    let old: Ext4Image
    let new: Ext4Image
    let oldOwners: OwnerMap
    let newOwners: OwnerMap
    let oldWords: OwnerWords
    let newWords: OwnerWords
    let pairs: InodePairs
    /// What the maps of files were found to be, by the number in the first image.
    let maps: [UInt32: MapFate]
    var ledger = Ledger()
    var circumstances = Circumstances()
    /// What changed of each paired inode, by its number in the first image.
    var changed: [UInt32: CauseSet] = [:]
    /// The first byte that differs in a file, by its number in the first image.
    var contents: [UInt32: UInt64] = [:]
    /// Pairs whose attributes were compared, and whether they are the same.
    var xattrs: [UInt32: Bool] = [:]
    var groupCounts = GroupCounts()
    /// Inodes that are in use without a name, once they were asked for.
    var orphans: (old: Set<UInt32>?, new: Set<UInt32>?) = (nil, nil)
    /// Attributes that may still be compared: a hostile image may show one block of them as those
    /// of every inode.
    var attributesLeft = 1 << 21
    /// Directories that hold the same names in another order.
    var reordered: UInt64 = 0

    /// One of the two images.
    enum Side { case old, new }

    typealias Attribution = Ledger.Attribution

    /// Whether checksums start from the same number on both sides.
    let hasSameSeed: Bool
    /// Why they do not: the UUID, or the seed of its own.
    let seedRoots: CauseSet
    let hasSameGroups: Bool

    init(
        old: ImageDifference.Side, new: ImageDifference.Side, pairs: InodePairs,
        maps: [UInt32: MapFate]
    ) {
        self.old = old.owners.image
        self.new = new.owners.image
        oldOwners = old.owners
        newOwners = new.owners
        oldWords = OwnerWords(old.paths)
        newWords = OwnerWords(new.paths)
        self.pairs = pairs
        self.maps = maps
        hasSameSeed = self.old.checksums.seed == self.new.checksums.seed
        seedRoots =
            self.old.superblock.uuid == self.new.superblock.uuid
            ? CauseSet(.features) : CauseSet(.uuid)
        let (one, other) = (self.old.geometry, self.new.geometry)
        hasSameGroups =
            one.blockSize == other.blockSize && one.inodeSize == other.inodeSize
            && one.inodesPerGroup == other.inodesPerGroup
            && one.blocksPerGroup == other.blocksPerGroup
            && one.firstDataBlock == other.firstDataBlock
    }

    func image(_ side: Side) -> Ext4Image { side == .old ? old : new }

    /// Looks at one differing block of both images.
    func compare(block: UInt64) {
        let isInOld = block < old.geometry.blockCount
        let isInNew = block < new.geometry.blockCount
        guard old.geometry.blockSize == new.geometry.blockSize else {
            attributeUnlike(block)
            return close(block)
        }
        let (old, new) = (self.old, self.new)
        guard let one = old.slice.part(ofBlock: block, old.geometry.blockSize),
            let other = new.slice.part(ofBlock: block, new.geometry.blockSize)
        else {
            // Only the longer image has it: where the file system ends is told by its geometry.
            ledger.attribute(.geometry)
            return close(block)
        }
        let left = isInOld ? oldOwners.owner(of: block) : nil
        let right = isInNew ? newOwners.owner(of: block) : nil
        compare(block, left, one, right, other)
        close(block)
    }

    private func compare(
        _ block: UInt64, _ left: BlockOwner?, _ one: ImageSlice, _ right: BlockOwner?,
        _ other: ImageSlice
    ) {
        switch (left, right) {
        case (.superblock(let group), .superblock(let same)) where group == same:
            compareSuperblocks(block, one, other, group: group)
        case (.descriptors(let copy, let index), .descriptors(let same, let place))
        where copy == same && index == place
            && old.geometry.descriptorSize == new.geometry.descriptorSize:
            compareDescriptors(block, one, other, copy: copy, index: index)
        case (.blockBitmap(let group), .blockBitmap(let same)) where group == same && hasSameGroups:
            compareBlockBitmaps(block, one, other, group: group)
        case (.inodeBitmap(let group), .inodeBitmap(let same)) where group == same && hasSameGroups:
            compareInodeBitmaps(block, one, other, group: group)
        case (.inodeTable(let group, let index), .inodeTable(let same, let place))
        where group == same && index == place && hasSameGroups:
            compareInodeTables(block, one, other, group: group, index: index)
        case (.multiMount, .multiMount): ledger.attribute(.mounted, roots: .writing)
        case (.growth, .growth): ledger.attribute(.geometry, roots: .metadata)
        case (.bootArea, .bootArea): residue(block, one, other, "boot area")
        case (.mapNode(let inode, _, _), .mapNode(let same, _, _))
        where pairs.after(inode) == same:
            compareMapNodes(block, one, other, inode, same)
        case (.content(let inode, let logical, let unused), .content(let same, let place, let void))
        where pairs.after(inode) == same && logical == place:
            compareContent(
                block, one, other, (inode, same), logical: logical, isUnwritten: (unused, void))
        case (.xattrs(let inode), .xattrs(let same)) where pairs.after(inode) == same:
            compareXattrBlocks(block, one, other, inode, same)
        case (.free?, .free?), (.lost?, .lost?), (.free?, .lost?), (.lost?, .free?), (nil, nil):
            residue(block, one, other, left == nil ? "after the file system" : "free block")
        default:
            compareUnlike(block, left, one, right, other)
        }
    }

    /// Another thing lies here on each side: it is told why either is here and not there.
    private func compareUnlike(
        _ block: UInt64, _ left: BlockOwner?, _ one: ImageSlice, _ right: BlockOwner?,
        _ other: ImageSlice
    ) {
        for reason in reasons(.old, left) + reasons(.new, right) {
            ledger.attribute(reason.cause, roots: reason.roots)
        }
        // What is free on one side and still not zero means nothing there.
        if isMeaningless(left) && !one.isZero || isMeaningless(right) && !other.isZero {
            residue(block, one, other, "free block")
        }
        if let number = unwritten(left) ?? unwritten(right), number != 0, !one.isZero,
            !other.isZero
        {
            residue(block, one, other, "unwritten block")
        }
    }

    private func unwritten(_ owner: BlockOwner?) -> UInt32? {
        guard case .content(let inode, _, true) = owner else { return nil }
        return inode
    }

    private func isMeaningless(_ owner: BlockOwner?) -> Bool {
        owner == nil || owner == .free || owner == .lost
    }

    /// Blocks of another size on each side have nothing in common but their places.
    private func attributeUnlike(_ block: UInt64) {
        ledger.attribute(.geometry)
        let size = UInt64(min(old.geometry.blockSize, new.geometry.blockSize))
        guard block == Superblock.imageOffset / size else { return }
        let (one, other) = (old.superblock, new.superblock)
        compareSuperblockFields(one.slice, other.slice, block: block, group: 0)
    }

    /// Counts bytes that carry no meaning.
    func residue(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, _ what: String
    ) {
        ledger.attribute(.residue)
        ledger.record(
            .init(cause: .residue, what: what, unit: .block),
            example(
                at: block,
                one.firstDifference(from: other, in: 0..<min(one.count, other.count)) ?? 0, one,
                other))
    }

    /// A place in a block, with a few bytes of both sides.
    func example(
        at block: UInt64, _ offset: Int, _ one: ImageSlice, _ other: ImageSlice
    ) -> Finding.Example {
        let place = block * UInt64(old.geometry.blockSize) + UInt64(offset)
        let owner = newOwners.owner(ofByte: place)
        let end = min(offset + 8, one.count, other.count)
        return Finding.Example(
            newWords.words(for: owner), offset: place,
            before: hexadecimal(one.copy(offset..<end)),
            after: hexadecimal(other.copy(offset..<end)))
    }

    private func close(_ block: UInt64) {
        let words = (oldOwners, newOwners, oldWords, newWords)
        let size = UInt64(old.geometry.blockSize)
        ledger.close(block..<block + 1) { attribution in
            let isOld = attribution.cause == .removed || block >= words.1.image.geometry.blockCount
            let place =
                isOld
                ? words.2.words(for: words.0.owner(of: block))
                : words.3.words(for: words.1.owner(of: block))
            return Finding.Example(place, offset: block * size)
        }
    }
}

/// Two digits for each byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text = "0x"
    for byte in bytes {
        text += byte < 16 ? "0" : ""
        text += String(byte, radix: 16)
    }
    return text
}

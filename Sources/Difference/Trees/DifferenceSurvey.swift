import Ext4Image
import Ext4Layout
import ImageBytes

/// A first look at the differing blocks: whether names can have changed, and whose maps have.
///
/// Most pairs of images differ in what leaves every name where it was. Then every inode is its own
/// counterpart, and no directory has to be read.
final class DifferenceSurvey {
    private let old: OwnerMap
    private let new: OwnerMap
    /// Whether the trees have to be walked.
    private(set) var mayHaveOtherNames: Bool
    /// Inodes of the first and of the second image whose maps may differ.
    private(set) var oldMaps: Set<UInt32> = []
    private(set) var newMaps: Set<UInt32> = []

    init(_ old: OwnerMap, _ new: OwnerMap, _ runs: [Range<UInt64>]) {
        self.old = old
        self.new = new
        mayHaveOtherNames = Self.haveOtherTables(old.image, new.image)
        let end = min(old.image.geometry.blockCount, new.image.geometry.blockCount)
        guard old.image.geometry.blockSize == new.image.geometry.blockSize else { return }
        var count = 0
        for run in runs {
            for block in run where block < end {
                look(at: block)
                count += 1
                if count.isMultiple(of: Self.blocksAtOnce) { release() }
            }
        }
        release()
    }

    /// Differing blocks that are looked at before what is mapped is let go of, since it counts as our memory.
    private static let blocksAtOnce = 1_024

    private func release() {
        for image in [old.image, new.image] { image.bytes.releaseAll() }
    }

    private static func haveOtherTables(_ old: Ext4Image, _ new: Ext4Image) -> Bool {
        guard old.geometry == new.geometry,
            old.superblock.firstInode == new.superblock.firstInode,
            old.journalNumber == new.journalNumber
        else { return true }
        return zip(old.groups, new.groups).contains {
            $0.inodeTable != $1.inodeTable
                || $0.flags.contains(.inodesUninitialized)
                    != $1.flags.contains(.inodesUninitialized)
        }
    }

    private func look(at block: UInt64) {
        let (one, other) = (old.image, new.image)
        look(at: block, one, other)
    }

    private func look(at block: UInt64, _ before: Ext4Image, _ after: Ext4Image) {
        let owners = (old.owner(of: block), new.owner(of: block))
        if case .mapNode(let inode, _, _) = owners.0 { noteMap(inode, isOld: true) }
        if case .mapNode(let inode, _, _) = owners.1 { noteMap(inode, isOld: false) }
        switch owners {
        case (.inodeTable(let group, let index), .inodeTable(let same, let place))
        where group == same && index == place:
            if let one = before.block(block), let other = after.block(block) {
                compareTables(one, other, group: group, index: index)
            }
        case (.inodeTable, _), (_, .inodeTable), (.inodeBitmap, _), (_, .inodeBitmap):
            mayHaveOtherNames = true
        case (.content(let inode, let logical, _), .content(let same, let place, _)):
            guard !mayHaveOtherNames,
                isDirectory(inode, old.image) || isDirectory(same, new.image)
            else { return }
            guard inode == same, logical == place, let one = before.block(block),
                let other = after.block(block)
            else {
                mayHaveOtherNames = true
                return
            }
            // The last bytes of a block are its checksum, where there are any.
            let end = one.count - DirectoryTail.byteCount
            if !one.slice(0..<end).hasSameBytes(as: other.slice(0..<end)) {
                mayHaveOtherNames = true
            }
        case (.content(let inode, _, _), _):
            if isDirectory(inode, old.image) { mayHaveOtherNames = true }
        case (_, .content(let inode, _, _)):
            if isDirectory(inode, new.image) { mayHaveOtherNames = true }
        default: break
        }
    }

    private func isDirectory(_ inode: UInt32, _ image: Ext4Image) -> Bool {
        image.inode(inode)?.kind == .directory
    }

    private func noteMap(_ inode: UInt32, isOld: Bool) {
        if isOld { oldMaps.insert(inode) } else { newMaps.insert(inode) }
        if isDirectory(inode, isOld ? old.image : new.image) { mayHaveOtherNames = true }
    }

    private func compareTables(
        _ one: ImageSlice, _ other: ImageSlice, group: Int, index: UInt64
    ) {
        let geometry = old.image.geometry
        guard geometry.inodeSize == new.image.geometry.inodeSize,
            geometry.inodesPerGroup == new.image.geometry.inodesPerGroup
        else { return }
        let perBlock = one.count / geometry.inodeSize
        for place in 0..<perBlock {
            let range = place * geometry.inodeSize..<(place + 1) * geometry.inodeSize
            let (left, right) = (one.slice(range), other.slice(range))
            guard !left.hasSameBytes(as: right) else { continue }
            let position = Int(index) * perBlock + place
            guard let number = UInt32(exactly: geometry.inodeNumber(group: group, index: position))
            else { return }
            look(Inode(left, number: number), Inode(right, number: number))
        }
    }

    private func look(_ one: borrowing Inode, _ other: borrowing Inode) {
        if one.isInUse != other.isInUse || one.kind != other.kind {
            mayHaveOtherNames = true
            return
        }
        let hasSameMap =
            one.size == other.size && one.flags == other.flags
            && one.blockArea.hasSameBytes(as: other.blockArea)
        guard one.isInUse, !hasSameMap else { return }
        if one.kind == .directory { mayHaveOtherNames = true }
        oldMaps.insert(one.number)
    }
}

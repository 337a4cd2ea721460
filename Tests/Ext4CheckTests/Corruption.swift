import Ext4Image
import Ext4Layout
import ImageBytes

/// One field of one structure, changed.
struct Corruption: Sendable, CustomStringConvertible {
    /// What is changed to what.
    let description: String
    /// Where in the image.
    let offset: Int
    let bytes: [UInt8]
    let repair: Repair

    /// Which checksum is made to fit again, so that the change itself is what is judged.
    enum Repair: Sendable {
        case none
        case superblock
        case descriptor(group: Int)
        case inode(UInt32, offset: Int)
        case directory(block: UInt64, inode: UInt32)
        case hashTree(block: UInt64, inode: UInt32, isRoot: Bool)
        case extents(block: UInt64, inode: UInt32)
        case attributes(block: UInt64)
        case multiMount(block: UInt64)
        case journal(offset: Int)
        case blockBitmap(group: Int)
        case inodeBitmap(group: Int)
    }
}

/// Makes checksums fit again in the bytes of an image.
struct ChecksumRepair {
    let image: Ext4Image

    private var blockSize: Int { image.geometry.blockSize }
    private var hasChecksums: Bool { image.superblock.readOnly.contains(.metadataChecksums) }

    /// Bytes to be written somewhere.
    private struct Patch {
        let offset: Int
        let bytes: [UInt8]

        init(_ value: UInt32, at offset: Int) {
            self.offset = offset
            bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }

        init(half value: UInt32, at offset: Int) {
            self.offset = offset
            bytes = (0..<2).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
    }

    /// Repairs the checksum that covers a change.
    func run(_ repair: Corruption.Repair, _ bytes: inout [UInt8]) {
        apply(patches(repair, bytes), &bytes)
        // A bitmap's checksum lies in a descriptor, which has one too.
        switch repair {
        case .blockBitmap(let group), .inodeBitmap(let group):
            apply(patches(.descriptor(group: group), bytes), &bytes)
        default: break
        }
    }

    private func apply(_ patches: [Patch], _ bytes: inout [UInt8]) {
        for patch in patches {
            bytes.replaceSubrange(
                patch.offset..<patch.offset + patch.bytes.count, with: patch.bytes)
        }
    }

    private func patches(_ repair: Corruption.Repair, _ bytes: [UInt8]) -> [Patch] {
        let disk = ImageSlice(bytes.rawSpan)
        switch repair {
        case .none: return []
        case .descriptor(let group): return descriptor(group, disk)
        case _ where !hasChecksums: return []
        case .superblock:
            let sum = MetadataChecksums.superblock(disk.slice(1024..<2048))
            return [Patch(sum, at: 1024 + Superblock.Fields.checksum.offset)]
        case .inode(let number, let offset): return inode(number, offset, disk)
        case .directory(let block, let inode):
            let slice = disk.slice(range(block))
            // A block without place for a checksum gets none.
            guard DirectoryTail(closing: slice) != nil else { return [] }
            let sum = MetadataChecksums.directory(slice, inodeSeed: seed(inode))
            return [Patch(sum, at: range(block).upperBound - 4)]
        case .hashTree(let block, let inode, let isRoot):
            let node = HashTreeNode(disk.slice(range(block)), isRoot: isRoot)
            guard let place = node.checksumOffset,
                let sum = MetadataChecksums.hashTree(node, inodeSeed: seed(inode))
            else { return [] }
            return [Patch(sum, at: range(block).lowerBound + place)]
        case .extents(let block, let inode):
            let node = ExtentNode(disk.slice(range(block)))
            guard let place = node.checksumOffset,
                let sum = MetadataChecksums.extents(node, inodeSeed: seed(inode))
            else { return [] }
            return [Patch(sum, at: range(block).lowerBound + place)]
        case .attributes(let block):
            let sum = image.checksums.xattrs(disk.slice(range(block)), number: block)
            return [Patch(sum, at: range(block).lowerBound + XattrHeader.Fields.checksum.offset)]
        case .multiMount(let block):
            let sum = image.checksums.multiMount(disk.slice(range(block)))
            return [
                Patch(sum, at: range(block).lowerBound + MultiMountBlock.Fields.checksum.offset)
            ]
        case .journal(let offset): return journal(offset, disk)
        case .blockBitmap(let group):
            typealias Fields = GroupDescriptor.Fields
            return bitmap(
                group, disk, image.groups[group].blockBitmap,
                bits: image.geometry.clustersPerGroup, low: Fields.blockBitmapChecksumLow.offset,
                high: Fields.blockBitmapChecksumHigh.offset)
        case .inodeBitmap(let group):
            typealias Fields = GroupDescriptor.Fields
            return bitmap(
                group, disk, image.groups[group].inodeBitmap, bits: image.geometry.inodesPerGroup,
                low: Fields.inodeBitmapChecksumLow.offset,
                high: Fields.inodeBitmapChecksumHigh.offset)
        }
    }

    private func range(_ block: UInt64) -> Range<Int> {
        Int(block) * blockSize..<(Int(block) + 1) * blockSize
    }

    private func seed(_ number: UInt32) -> UInt32 {
        guard let inode = image.inode(number) else { return 0 }
        return image.checksumSeed(of: inode)
    }

    /// Where a group's descriptor lies.
    private func place(ofGroup group: Int) -> Range<Int>? {
        let perBlock = image.geometry.descriptorsPerBlock
        let size = image.geometry.descriptorSize
        let start =
            Int(image.places.primaryBlock(group / perBlock)) * blockSize + group % perBlock * size
        return start..<start + size
    }

    private func descriptor(_ group: Int, _ disk: ImageSlice) -> [Patch] {
        guard hasChecksums || image.superblock.readOnly.contains(.descriptorChecksums),
            let place = place(ofGroup: group)
        else { return [] }
        let slice = disk.slice(place)
        let sum =
            hasChecksums
            ? image.checksums.descriptor(slice, group: UInt32(group))
            : image.checksums.descriptor16(slice, group: UInt32(group))
        let field = GroupDescriptor.Fields.checksum.offset
        return [Patch(half: UInt32(sum), at: place.lowerBound + field)]
    }

    private func inode(_ number: UInt32, _ offset: Int, _ disk: ImageSlice) -> [Patch] {
        let inode = Inode(
            disk.slice(offset..<offset + image.geometry.inodeSize), number: number)
        let sum = image.checksums.inode(inode)
        let low = Patch(half: sum, at: offset + Inode.Fields.checksumLow.offset)
        guard MetadataChecksums.inodeHasWideChecksum(inode) else { return [low] }
        return [low, Patch(half: sum >> 16, at: offset + Inode.Fields.checksumHigh.offset)]
    }

    private func journal(_ offset: Int, _ disk: ImageSlice) -> [Patch] {
        let slice = disk.slice(offset..<offset + 1024)
        guard JournalSuperblock(decoding: slice).hasChecksums else { return [] }
        let sum = JournalSuperblock.checksum(of: slice)
        return [Patch(sum.byteSwapped, at: offset + JournalSuperblock.Fields.checksum.offset)]
    }

    private func bitmap(
        _ group: Int, _ disk: ImageSlice, _ block: UInt64, bits: UInt64, low: Int, high: Int
    ) -> [Patch] {
        guard let place = place(ofGroup: group) else { return [] }
        let sum = image.checksums.bitmap(disk.slice(range(block)), bits: bits)
        let first = Patch(half: sum, at: place.lowerBound + low)
        guard place.count >= 64 else { return [first] }
        return [first, Patch(half: sum >> 16, at: place.lowerBound + high)]
    }
}

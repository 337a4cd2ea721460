import Ext4Image
import Ext4Layout
import ImageBytes

/// Makes the checksums of a mutant right, since otherwise every mutant would end at its first one.
extension Mutant {
    mutating func repairChecksums() {
        let image = base.image
        let hasChecksums = image.superblock.readOnly.contains(.metadataChecksums)
        // Bitmaps before descriptors, which hold their checksums.
        for number in touched where hasChecksums {
            switch base.owners[Int(number)] {
            case .blockBitmap(let group):
                repairBitmap(
                    number, group, bits: image.geometry.clustersPerGroup,
                    GroupDescriptor.Fields.blockBitmapChecksumLow,
                    GroupDescriptor.Fields.blockBitmapChecksumHigh)
            case .inodeBitmap(let group):
                repairBitmap(
                    number, group, bits: image.geometry.inodesPerGroup,
                    GroupDescriptor.Fields.inodeBitmapChecksumLow,
                    GroupDescriptor.Fields.inodeBitmapChecksumHigh)
            default: break
            }
        }
        for number in touched {
            repair(number, base.owners[Int(number)], hasChecksums: hasChecksums)
        }
    }

    private mutating func repairBitmap(
        _ number: UInt64, _ group: Int, bits: UInt64, _ low: Field<UInt16>, _ high: Field<UInt16>
    ) {
        let geometry = base.image.geometry
        let value = base.image.checksums.bitmap(ImageSlice(self[number].rawSpan), bits: bits)
        let (index, place) = group.quotientAndRemainder(dividingBy: geometry.descriptorsPerBlock)
        let holder = base.image.places.primaryBlock(index)
        let start = place * geometry.descriptorSize
        set(low, from: start, UInt16(truncatingIfNeeded: value), in: holder)
        if geometry.descriptorSize >= 64 {
            set(high, from: start, UInt16(truncatingIfNeeded: value >> 16), in: holder)
        }
    }

    private mutating func repair(_ number: UInt64, _ owner: BlockOwner, hasChecksums: Bool) {
        let checksums = base.image.checksums
        switch owner {
        case .superblock where hasChecksums:
            let value = MetadataChecksums.superblock(ImageSlice(self[number].rawSpan))
            set(Superblock.Fields.checksum, value, in: number)
        case .descriptors(_, let index):
            repairDescriptors(number, index, hasChecksums: hasChecksums)
        case .inodeTable(let group, let index) where hasChecksums:
            repairInodes(number, group, index)
        case .mapNode(let inode, _, true) where hasChecksums:
            let block = self[number]
            let node = ExtentNode(ImageSlice(block.rawSpan))
            guard let place = node.checksumOffset,
                let value = MetadataChecksums.extents(node, inodeSeed: seed(of: inode))
            else { return }
            set(Field<UInt32>("et_checksum", at: place), value, in: number)
        case .xattrs where hasChecksums:
            let value = checksums.xattrs(ImageSlice(self[number].rawSpan), number: number)
            set(XattrHeader.Fields.checksum, value, in: number)
        case .multiMount where hasChecksums:
            let value = checksums.multiMount(ImageSlice(self[number].rawSpan))
            set(MultiMountBlock.Fields.checksum, value, in: number)
        case .content(let inode, let logical, _) where hasChecksums:
            repairContent(number, inode, logical)
        default: break
        }
    }

    private mutating func repairDescriptors(_ number: UInt64, _ index: Int, hasChecksums: Bool) {
        let geometry = base.image.geometry
        for place in 0..<geometry.descriptorsPerBlock {
            let group = index * geometry.descriptorsPerBlock + place
            guard group < geometry.groupCount else { return }
            let start = place * geometry.descriptorSize
            let block = self[number]
            let slice = ImageSlice(block.rawSpan)
                .slice(start..<start + geometry.descriptorSize)
            let value =
                hasChecksums
                ? base.image.checksums.descriptor(slice, group: UInt32(group))
                : base.image.checksums.descriptor16(slice, group: UInt32(group))
            set(GroupDescriptor.Fields.checksum, from: start, value, in: number)
        }
    }

    private mutating func repairInodes(_ number: UInt64, _ group: Int, _ index: UInt64) {
        let geometry = base.image.geometry
        let perBlock = geometry.blockSize / geometry.inodeSize
        for place in 0..<perBlock {
            let first = geometry.inodeNumber(group: group, index: Int(index) * perBlock + place)
            let start = place * geometry.inodeSize
            let block = self[number]
            let inode = Inode(
                ImageSlice(block.rawSpan).slice(start..<start + geometry.inodeSize),
                number: UInt32(truncatingIfNeeded: first))
            if inode.slice.isZero { continue }
            let value = base.image.checksums.inode(inode)
            let isWide = MetadataChecksums.inodeHasWideChecksum(inode)
            set(
                Inode.Fields.checksumLow, from: start, UInt16(truncatingIfNeeded: value), in: number
            )
            if isWide {
                set(
                    Inode.Fields.checksumHigh, from: start,
                    UInt16(truncatingIfNeeded: value >> 16), in: number)
            }
        }
    }

    private mutating func repairContent(_ number: UInt64, _ inode: UInt32, _ logical: UInt64) {
        let block = self[number]
        let slice = ImageSlice(block.rawSpan)
        let seed = seed(of: inode)
        let image = base.image
        if inode == base.image.superblock[Superblock.Fields.journalInode] {
            if logical == 0 {
                let value = JournalSuperblock.checksum(of: slice)
                set(JournalSuperblock.Fields.checksum, value, in: number)
            } else if base.fastCommits.contains(number) {
                repairFastCommits(number)
            } else if let seed = base.journalSeed {
                repairLog(number, seed: seed)
            }
        } else if DirectoryTail(closing: slice) != nil {
            let place = slice.count - 4
            set(
                Field<UInt32>("det_checksum", at: place),
                MetadataChecksums.directory(slice, inodeSeed: seed), in: number)
        } else if image.inode(inode)?.flags.contains(.indexed) == true {
            let node = HashTreeNode(slice, isRoot: logical == 0)
            guard let place = node.checksumOffset,
                let value = MetadataChecksums.hashTree(node, inodeSeed: seed)
            else { return }
            set(Field<UInt32>("dt_checksum", at: place), value, in: number)
        }
    }

    /// A fast commit of the bases starts and ends in one block.
    private mutating func repairFastCommits(_ number: UInt64) {
        let block = self[number]
        let slice = ImageSlice(block.rawSpan)
        var (offset, sum) = (0, UInt32(0))
        while let tag = FastCommitTag(
            in: slice, at: offset, inodeSize: base.image.geometry.inodeSize)
        {
            offset = tag.end
            sum = CRC32C.checksum(slice.slice(tag.checkedRange).bytes, seed: sum)
            guard case .tail = tag.value else { continue }
            set(Field<UInt32>("fc_crc", at: tag.offset + 8), sum, in: number)
            sum = 0
        }
    }

    private mutating func repairLog(_ number: UInt64, seed: UInt32) {
        let block = self[number]
        let slice = ImageSlice(block.rawSpan)
        switch JournalBlockKind(rawValue: JournalBlockHeader(decoding: slice).blockType) {
        case .descriptor, .revoke:
            let place = slice.count - 4
            var value = CRC32C.checksum(slice.slice(0..<place).bytes, seed: seed)
            value = CRC32C.checksum(UInt32(0), seed: value)
            set(BigEndianField<UInt32>("t_checksum", at: place), value, in: number)
        case .commit:
            set(
                JournalCommit.Fields.checksum, JournalCommit.checksum(of: slice, seed: seed),
                in: number)
        default: break
        }
    }

    /// From the inode as it is by now: its generation may have been changed.
    private func seed(of number: UInt32) -> UInt32 {
        let image = base.image
        guard let inode = image.inode(number) else { return 0 }
        return image.checksums.seed(ofInode: number, generation: inode.generation)
    }

    /// A block as it is by now. Every block here was found in the base.
    private subscript(_ number: UInt64) -> [UInt8] {
        let image = base.image
        return image.block(number)?.copy() ?? []
    }

    private mutating func set<Value>(
        _ field: Field<Value>, from start: Int = 0, _ value: Value, in number: UInt64
    ) {
        withUnsafeBytes(of: value.littleEndian) { write($0, at: start + field.offset, in: number) }
    }

    private mutating func set(_ field: BigEndianField<UInt32>, _ value: UInt32, in number: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { write($0, at: field.offset, in: number) }
    }
}

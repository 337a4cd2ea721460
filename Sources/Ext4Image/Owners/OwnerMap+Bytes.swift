internal import Ext4Layout
internal import ImageBytes

extension OwnerMap {
    /// What the byte so many bytes into the image is part of; where a block has two owners, the
    /// first of them.
    public func owner(ofByte offset: UInt64) -> ByteOwner {
        let size = UInt64(image.geometry.blockSize)
        let block = offset / size
        guard block < image.geometry.blockCount else {
            return ByteOwner(
                .pastEnd,
                bytes: image.geometry.blockCount * size..<max(offset + 1, UInt64(image.bytes.count))
            )
        }
        return owner(ofByte: Int(offset % size), in: block, owner(of: block))
    }

    /// The same for one of several owners of a block.
    ///
    /// - Parameters:
    ///   - offset: bytes from the block's start.
    ///   - block: the block.
    ///   - owner: one of ``owners(of:)``.
    /// - Returns: what the byte is, if that owner is right.
    public func owner(ofByte offset: Int, in block: UInt64, _ owner: BlockOwner) -> ByteOwner {
        let start = block * UInt64(image.geometry.blockSize)
        let part = BlockPart(start: start, count: image.geometry.blockSize, offset: offset)
        switch owner {
        case .bootArea: return part.whole(.bootArea)
        case .superblock(let group): return superblockByte(part, group: group)
        case .descriptors(let group, let index):
            return descriptorByte(part, copy: group, index: index)
        case .growth(let group): return part.whole(.growth(group: group))
        case .blockBitmap(let group): return blockBitmapByte(part, group)
        case .inodeBitmap(let group): return inodeBitmapByte(part, group)
        case .inodeTable(let group, let index):
            return inodeTableByte(part, group: group, index: index)
        case .multiMount: return part.field(of: MultiMountBlock.layout, from: 0, .multiMount)
        case .mapNode(let inode, let level, let isExtents):
            return isExtents
                ? extentByte(
                    part, from: 0, count: part.count, .extentNode(inode: inode, level: level))
                : part.number(.indirectBlock(inode: inode, level: level), from: 0)
        case .content(let inode, let logical, let isUnwritten):
            return contentByte(part, block, inode, logical, isUnwritten: isUnwritten)
        case .xattrs(let inode): return xattrBlockByte(part, block, inode)
        case .lost: return part.whole(.lost)
        case .free: return part.whole(.free)
        }
    }

    private func superblockByte(_ part: BlockPart, group: Int) -> ByteOwner {
        // Where the first block holds more than the superblock, it starts after the boot area.
        let base = group == 0 && part.start == 0 && part.count > 1024 ? 1024 : 0
        if part.offset < base { return part.owner(.bootArea, 0..<base) }
        if part.offset < base + Superblock.byteCount {
            return part.field(of: Superblock.layout, from: base, .superblock(group: group))
        }
        return part.owner(
            .superblockPadding(group: group), base + Superblock.byteCount..<part.count)
    }

    private func descriptorByte(_ part: BlockPart, copy: Int, index: Int) -> ByteOwner {
        let geometry = image.geometry
        let place = part.offset / geometry.descriptorSize
        let group = index * geometry.descriptorsPerBlock + place
        guard group < geometry.groupCount else {
            let used = (geometry.groupCount - index * geometry.descriptorsPerBlock)
            return part.owner(
                .descriptorPadding(copy: copy), max(0, used) * geometry.descriptorSize..<part.count)
        }
        let start = place * geometry.descriptorSize
        return part.field(
            of: GroupDescriptor.layout, from: start,
            end: start + geometry.descriptorSize, .descriptor(group: group, copy: copy))
    }

    private func blockBitmapByte(_ part: BlockPart, _ group: Int) -> ByteOwner {
        let geometry = image.geometry
        let blocks = geometry.blocks(ofGroup: group)
        let span = UInt64(8 * geometry.blocksPerCluster)
        let first = blocks.lowerBound + UInt64(part.offset) * span
        guard first < blocks.upperBound else { return bitmapPadding(part, group) }
        return part.owner(
            .blockBitmap(group: group, blocks: first...min(first + span, blocks.upperBound) - 1),
            part.offset..<part.offset + 1)
    }

    private func inodeBitmapByte(_ part: BlockPart, _ group: Int) -> ByteOwner {
        let geometry = image.geometry
        guard UInt64(part.offset * 8) < geometry.inodesPerGroup else {
            return bitmapPadding(part, group)
        }
        let first = geometry.inodeNumber(group: group, index: part.offset * 8)
        let last = geometry.inodeNumber(
            group: group, index: min(part.offset * 8 + 8, Int(geometry.inodesPerGroup)) - 1)
        return part.owner(
            .inodeBitmap(group: group, inodes: first...last), part.offset..<part.offset + 1)
    }

    private func bitmapPadding(_ part: BlockPart, _ group: Int) -> ByteOwner {
        part.owner(.bitmapPadding(group: group), part.offset..<part.offset + 1)
    }
}

/// A byte of a block, and the words to answer with.
struct BlockPart {
    /// Where in the image the block starts.
    let start: UInt64
    /// Bytes in the block.
    let count: Int
    /// The byte, from the block's start.
    let offset: Int

    func owner(
        _ place: ByteOwner.Place, field: String? = nil, _ range: Range<Int>
    ) -> ByteOwner {
        ByteOwner(
            place, field: field,
            bytes: start + UInt64(range.lowerBound)..<start + UInt64(range.upperBound))
    }

    func whole(_ place: ByteOwner.Place) -> ByteOwner { owner(place, 0..<count) }

    /// The field of a structure that starts at `base`; what the table does not cover, up to `end`,
    /// has no name.
    func field(
        of layout: [FieldExtent], from base: Int, end: Int? = nil, _ place: ByteOwner.Place
    ) -> ByteOwner {
        let limit = end ?? count
        guard let field = layout.field(at: offset - base), base + field.range.upperBound <= limit
        else {
            let covered = min(limit, base + (layout.last?.range.upperBound ?? 0))
            return owner(place, min(covered, offset)..<limit)
        }
        return owner(
            place, field: "\(field)", base + field.range.lowerBound..<base + field.range.upperBound)
    }

    /// One of the 32-bit numbers that start at `base`.
    func number(_ place: ByteOwner.Place, from base: Int, name: String = "") -> ByteOwner {
        let index = (offset - base) / 4
        let range = base + index * 4..<min(count, base + index * 4 + 4)
        return owner(place, field: "\(name)[\(index)]", range)
    }
}

internal import Ext4Layout
internal import ImageBytes

extension OwnerMap {
    func inodeTableByte(_ part: BlockPart, group: Int, index: UInt64) -> ByteOwner {
        let geometry = image.geometry
        let position = index * UInt64(part.count) + UInt64(part.offset)
        let place = Int(position / UInt64(geometry.inodeSize))
        guard UInt64(place) < geometry.inodesPerGroup else {
            let used = geometry.inodesPerGroup * UInt64(geometry.inodeSize)
            let start = used - min(used, index * UInt64(part.count))
            return part.owner(.inodeTablePadding(group: group), Int(start)..<part.count)
        }
        let number = geometry.inodeNumber(group: group, index: place)
        let base = part.offset / geometry.inodeSize * geometry.inodeSize
        guard let number = UInt32(exactly: number), let inode = image.inode(number) else {
            return part.owner(.inodeTablePadding(group: group), base..<base + geometry.inodeSize)
        }
        return inodeByte(part, inode, from: base)
    }

    private func inodeByte(
        _ part: BlockPart, _ inode: borrowing Inode, from base: Int
    ) -> ByteOwner {
        let offset = part.offset - base
        let area = Inode.Fields.block.offset..<Inode.Fields.block.offset + Inode.Fields.block.count
        if area.contains(offset) {
            return blockAreaByte(part, inode, from: base + area.lowerBound)
        }
        let end = inode.slice.count > 128 ? 128 + max(2, inode.extraSize) : 128
        if offset < end {
            return part.field(of: Inode.layout, from: base, end: base + end, .inode(inode.number))
        }
        guard let range = image.xattrs(in: inode) else {
            return part.owner(.inodeGap(inode.number), base + end..<base + inode.slice.count)
        }
        if offset < range.lowerBound {
            return part.owner(
                .xattrHeader(inode: inode.number), field: "h_magic",
                base + range.lowerBound - 4..<base + range.lowerBound)
        }
        return xattrByte(
            part, inode.slice.slice(range), from: base + range.lowerBound, firstEntry: 0,
            inode.number)
    }

    /// The 60 bytes that hold whatever the inode's flags and kind say.
    private func blockAreaByte(
        _ part: BlockPart, _ inode: borrowing Inode, from base: Int
    ) -> ByteOwner {
        let area = base..<base + Inode.Fields.block.count
        let place = ByteOwner.Place.inode(inode.number)
        if inode.flags.contains(.inlineData) {
            guard inode.kind == .directory, part.offset >= base + 4 else {
                return inode.kind == .directory
                    ? part.owner(place, field: "i_block (parent)", base..<base + 4)
                    : inlineByte(part, inode, area)
            }
            return directoryByte(
                part, inode.blockArea.slice(4..<60), from: base + 4, inode.number,
                withHash: image.hasHashes(inEntriesOf: inode))
        }
        if inode.flags.contains(.extents) {
            return extentByte(part, from: base, count: area.count, place, prefix: "i_block ")
        }
        switch inode.kind {
        case .symlink where image.isFastSymlink(inode):
            let end = base + Int(inode.size)
            return part.offset < end
                ? part.owner(place, field: "i_block (target)", base..<end)
                : part.owner(.inodeGap(inode.number), end..<area.upperBound)
        case .fifo, .socket:
            return part.owner(.inodeGap(inode.number), area)
        default:
            return part.number(place, from: base, name: "i_block")
        }
    }

    private func inlineByte(
        _ part: BlockPart, _ inode: borrowing Inode, _ area: Range<Int>
    ) -> ByteOwner {
        let end = area.lowerBound + Int(min(inode.size, UInt64(area.count)))
        if part.offset >= end {
            return part.owner(.slack(inode: inode.number), end..<area.upperBound)
        }
        return part.owner(
            .content(inode: inode.number, offset: UInt64(part.offset - area.lowerBound)),
            area.lowerBound..<end)
    }

    /// A byte of an extent node: its header, an entry, its checksum, or the room for more entries.
    func extentByte(
        _ part: BlockPart, from base: Int, count: Int, _ place: ByteOwner.Place, prefix: String = ""
    ) -> ByteOwner {
        guard let slice = image.slice.slice(ifAt: part.start + UInt64(base), count: count) else {
            return part.owner(place, base..<base + count)
        }
        let node = ExtentNode(slice)
        let offset = part.offset - base
        if let field = ExtentHeader.layout.field(at: offset) {
            return part.owner(
                place, field: "\(prefix)\(field)",
                base + field.range.lowerBound..<base + field.range.upperBound)
        }
        let index = (offset - ExtentHeader.byteCount) / ExtentLeaf.byteCount
        if index < node.entryCount {
            let start = ExtentHeader.byteCount + index * ExtentLeaf.byteCount
            let layout = node.header.depth == 0 ? ExtentLeaf.layout : ExtentIndex.layout
            if let field = layout.field(at: offset - start) {
                return part.owner(
                    place, field: "\(prefix)[\(index)].\(field)",
                    base + start + field.range.lowerBound..<base + start + field.range.upperBound)
            }
        }
        if base == 0, let checksum = node.checksumOffset, checksum <= offset, offset < checksum + 4
        {
            return part.owner(place, field: "et_checksum", checksum..<checksum + 4)
        }
        let used = ExtentHeader.byteCount + node.entryCount * ExtentLeaf.byteCount
        let end = base == 0 ? max(node.checksumOffset ?? count, used) : count
        return part.owner(
            place, field: "\(prefix)(unused)",
            offset < end ? base + used..<base + end : base + end..<base + count)
    }
}

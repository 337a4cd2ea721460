internal import Ext4Layout
internal import ImageBytes

extension OwnerMap {
    func xattrBlockByte(_ part: BlockPart, _ block: UInt64, _ inode: UInt32) -> ByteOwner {
        if part.offset < XattrHeader.byteCount {
            return part.field(of: XattrHeader.layout, from: 0, .xattrHeader(inode: inode))
        }
        guard let slice = image.block(block) else { return part.whole(.xattrGap(inode: inode)) }
        return xattrByte(part, slice, from: 0, firstEntry: XattrHeader.byteCount, inode)
    }

    /// A byte among extended attributes.
    ///
    /// - Parameters:
    ///   - part: the byte.
    ///   - area: what value offsets count from.
    ///   - base: where in the block the area starts.
    ///   - firstEntry: where in the area the entries start.
    ///   - inode: whose they are.
    /// - Returns: what the byte is.
    func xattrByte(
        _ part: BlockPart, _ area: ImageSlice, from base: Int, firstEntry: Int, _ inode: UInt32
    ) -> ByteOwner {
        let wanted = part.offset - base
        var offset = firstEntry
        while let entry = XattrEntry(in: area, at: offset), entry.nameRange.upperBound <= area.count
        {
            let name =
                Array((entry.prefix ?? "\(entry.nameIndex).").utf8) + area.copy(entry.nameRange)
            let place = ByteOwner.Place.xattr(inode: inode, name: name)
            if (offset..<entry.next).contains(wanted) {
                if let field = XattrEntry.layout.field(at: wanted - offset) {
                    let start = base + offset
                    return part.owner(
                        place, field: "\(field)",
                        start + field.range.lowerBound..<start + field.range.upperBound)
                }
                return wanted < entry.nameRange.upperBound
                    ? part.owner(
                        place, field: "name",
                        base + entry.nameRange.lowerBound..<base + entry.nameRange.upperBound)
                    : part.owner(
                        .xattrGap(inode: inode),
                        base + entry.nameRange.upperBound..<base + min(entry.next, area.count))
            }
            let value = entry.valueOffset..<entry.valueOffset + Int(entry.valueSize)
            if entry.valueInode == 0, value.contains(wanted), value.upperBound <= area.count {
                return part.owner(
                    place, field: "value", base + value.lowerBound..<base + value.upperBound)
            }
            offset = entry.next
        }
        return part.owner(.xattrGap(inode: inode), part.offset..<part.offset + 1)
    }
}

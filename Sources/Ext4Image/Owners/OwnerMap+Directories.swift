internal import Ext4Layout
internal import ImageBytes

extension OwnerMap {
    /// A byte of a directory block: of its hash tree or among its entries.
    func directoryBlockByte(
        _ part: BlockPart, _ block: ImageSlice, _ inode: borrowing Inode, logical: UInt64
    ) -> ByteOwner {
        if inode.flags.contains(.indexed), isHashNode(block, logical: logical) {
            return hashTreeByte(part, block, inode.number, isRoot: logical == 0)
        }
        return directoryByte(
            part, block, from: 0, inode.number, withHash: image.hasHashes(inEntriesOf: inode))
    }

    /// The root is the first block; an inner node looks like one unused entry that fills its block.
    private func isHashNode(_ block: ImageSlice, logical: UInt64) -> Bool {
        if logical == 0 { return true }
        guard let entry = DirectoryEntry(in: block, at: 0, blockSize: block.count) else {
            return false
        }
        let node = HashTreeNode(block, isRoot: false)
        return entry.inode == 0 && entry.recordLength == block.count && entry.nameLength == 0
            && node.limit > 0 && node.limit <= node.capacity && node.count <= node.limit
            && node.count > 0
    }

    private func hashTreeByte(
        _ part: BlockPart, _ block: ImageSlice, _ directory: UInt32, isRoot: Bool
    ) -> ByteOwner {
        let node = HashTreeNode(block, isRoot: isRoot)
        let place = ByteOwner.Place.hashTree(directory: directory, isRoot: isRoot)
        let info = HashTreeRootInfo.blockOffset
        if part.offset < (isRoot ? info : 8) {
            // The root starts with the entries of `.` and `..`, an inner node with an empty one.
            return isRoot
                ? directoryByte(
                    part, block.slice(0..<info), from: 0, directory, withHash: false, lastEnd: info)
                : part.field(of: DirectoryEntry.layout, from: 0, place)
        }
        if part.offset < min(node.countOffset, info + HashTreeRootInfo.byteCount) {
            return part.field(of: HashTreeRootInfo.layout, from: info, place)
        }
        if part.offset < node.countOffset {
            return part.owner(place, field: "(unused)", part.offset..<part.offset + 1)
        }
        let index = (part.offset - node.countOffset) / 8
        let start = node.countOffset + index * 8
        if index < node.entryCount {
            let within = part.offset - start
            if index == 0, within < 4 {
                return part.owner(
                    place, field: within < 2 ? "limit" : "count",
                    start + within / 2 * 2..<start + within / 2 * 2 + 2)
            }
            return part.owner(
                place, field: "[\(index)].\(within < 4 ? "hash" : "block")",
                start + within / 4 * 4..<start + within / 4 * 4 + 4)
        }
        if let checksum = node.checksumOffset, (checksum - 4..<checksum + 4).contains(part.offset) {
            return part.offset < checksum
                ? part.owner(place, field: "dt_reserved", checksum - 4..<checksum)
                : part.owner(place, field: "dt_checksum", checksum..<checksum + 4)
        }
        return part.owner(place, field: "(unused)", part.offset..<part.offset + 1)
    }

    /// A byte among directory entries.
    ///
    /// - Parameters:
    ///   - part: the byte.
    ///   - entries: the entries: a block, or part of an inode.
    ///   - base: where in the block they start.
    ///   - directory: whose they are.
    ///   - withHash: whether a hash follows each name.
    ///   - lastEnd: where the last entry is cut, whatever it says; in the root of a hash tree the
    ///     entry for `..` covers the tree.
    /// - Returns: what the byte is.
    func directoryByte(
        _ part: BlockPart, _ entries: ImageSlice, from base: Int, _ directory: UInt32,
        withHash: Bool, lastEnd: Int? = nil
    ) -> ByteOwner {
        let wanted = part.offset - base
        let gap = ByteOwner.Place.directoryGap(directory: directory)
        var offset = 0
        while let entry = DirectoryEntry(
            in: entries, at: offset, blockSize: image.geometry.blockSize)
        {
            let limit = lastEnd ?? entries.count
            guard lastEnd != nil || entry.flaw(limit: limit) == nil else { break }
            let end = min(entry.end, limit)
            guard wanted < end else {
                guard end > offset else { break }
                offset = end
                continue
            }
            return entryByte(part, entry, entries, from: base, directory, end: end)
        }
        return part.owner(gap, base + min(offset, wanted)..<base + entries.count)
    }

    private func entryByte(
        _ part: BlockPart, _ entry: DirectoryEntry, _ entries: ImageSlice, from base: Int,
        _ directory: UInt32, end: Int
    ) -> ByteOwner {
        let wanted = part.offset - base
        if base == 0, entry.end == part.count, entry.offset == part.count - DirectoryTail.byteCount,
            DirectoryTail(closing: entries) != nil
        {
            return part.field(
                of: DirectoryTail.layout, from: entry.offset, .directoryTail(directory: directory))
        }
        // In the root of a hash tree an entry may be cut before its name begins.
        let nameStart = entry.nameRange.lowerBound
        let nameEnd = max(nameStart, min(entry.nameRange.upperBound, end))
        let end = max(end, nameEnd)
        let name = entry.inode == 0 ? [] : entries.copy(nameStart..<nameEnd)
        let place = ByteOwner.Place.directoryEntry(
            directory: directory, name: name, inode: entry.inode)
        if let field = DirectoryEntry.layout.field(at: wanted - entry.offset) {
            let start = base + entry.offset
            return part.owner(
                place, field: "\(field)",
                start + field.range.lowerBound..<start + field.range.upperBound)
        }
        if entry.inode != 0, wanted < nameEnd {
            return part.owner(
                place, field: "name", base + nameStart..<base + nameEnd)
        }
        let start = entry.inode == 0 ? nameStart : nameEnd
        return part.owner(.directoryGap(directory: directory), base + start..<base + end)
    }
}

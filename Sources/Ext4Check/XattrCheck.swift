import Ext4Layout
import ImageBytes

/// What extended attributes cost, and what they refer to.
struct XattrCharge {
    /// Clusters charged to the inode.
    var clusters: UInt64 = 0
    /// Inodes charged to the owner's quota.
    var inodes: UInt64 = 0
    /// Inodes that hold values, once for each reference.
    var valueInodes: [UInt32] = []
}

/// The attributes in an inode's body, and in attribute blocks, by e2fsck's rules
/// (`check_ea_in_inode`, `check_ext_attr`).
struct XattrCheck {
    let volume: Volume

    private struct Problem {
        let kind: FindingKind
        let message: String
    }

    /// Checks the attributes behind the fields of an inode.
    func checkBody(
        _ disk: ImageSlice, _ record: InodeRecord, _ log: inout FindingLog
    ) -> XattrCharge {
        let start = record.offset + 128 + record.extraSize + 4
        let area = XattrArea(
            disk.slice(start..<record.offset + volume.inodeSize), firstEntry: 0)
        var charge = XattrCharge()
        // The magic number before the area is spoken for as well: offsets here count from it.
        var regions = ByteRegions(limit: area.slice.count + 4)
        _ = regions.take(0, count: 4)
        var place = 0
        var left = area.slice.count
        while left >= XattrEntry.headerCount, let entry = area.entry(at: place) {
            if let problem = checkBodyEntry(disk, record, area, entry, &left, &regions, &charge) {
                log.add(
                    problem.kind, at: .inode(record.number, offset: start + place - record.offset),
                    problem.message)
                charge.valueInodes = references(area)
                return charge
            }
            place = entry.next
        }
        if !regions.take(4 + place, count: 4) {
            log.add(
                .xattrOverlap, at: .inode(record.number, offset: start + place - record.offset),
                "the end of the attributes overlaps one, or leaves the inode")
        }
        charge.valueInodes = references(area)
        return charge
    }

    private func checkBodyEntry(
        _ disk: ImageSlice, _ record: InodeRecord, _ area: borrowing XattrArea,
        _ entry: XattrEntry, _ left: inout Int, _ regions: inout ByteRegions,
        _ charge: inout XattrCharge
    ) -> Problem? {
        guard regions.take(4 + entry.offset, count: entry.next - entry.offset) else {
            return Problem(
                kind: .xattrOverlap,
                message: "an attribute's entry overlaps another or leaves the inode")
        }
        left -= XattrEntry.headerCount
        guard (entry.nameLength + 3) & ~3 <= left else {
            return Problem(
                kind: .xattrName,
                message: "an attribute's name of \(entry.nameLength) bytes does not fit")
        }
        left -= (entry.nameLength + 3) & ~3
        guard entry.valueInode == 0 else {
            return checkValueInode(disk, record, area, entry, &charge)
        }
        let size = Int(entry.valueSize)
        guard size <= left else {
            return Problem(
                kind: .xattrValue, message: "an attribute's value of \(size) bytes does not fit")
        }
        if size > 0, !regions.take(4 + entry.valueOffset, count: Int(entry.paddedValueSize)) {
            return Problem(
                kind: .xattrOverlap,
                message: "an attribute's value at \(entry.valueOffset) overlaps or leaves the inode"
            )
        }
        if entry.hash != 0, !area.hashFits(entry) {
            return Problem(kind: .xattrHash, message: "an attribute's hash does not fit it")
        }
        left -= size
        return nil
    }

    /// Checks a value that lies in an inode of its own (`check_large_ea_inode`).
    private func checkValueInode(
        _ disk: ImageSlice, _ record: InodeRecord, _ area: borrowing XattrArea,
        _ entry: XattrEntry, _ charge: inout XattrCharge
    ) -> Problem? {
        let number = entry.valueInode
        guard number >= volume.firstInode, number <= volume.inodeCount,
            let offset = volume.offset(ofInode: number)
        else {
            return Problem(
                kind: .xattrInode, message: "an attribute's value is said to be in inode \(number)")
        }
        let value = InodeRecord(
            disk, number: number, offset: offset, inodeSize: volume.inodeSize)
        if area.hashFits(entry, inodeHash: value.accessTime) {
            let cluster = UInt64(volume.blockSize) << volume.clusterBits
            charge.clusters += (UInt64(entry.valueSize) + cluster - 1) / cluster
        } else if value.modificationTime != record.number || value.generation != record.generation {
            // Not even an old, Lustre-style reference, which is told by these two.
            return Problem(
                kind: .xattrHash,
                message: "the hash of an attribute in inode \(number) does not fit it")
        }
        guard value.flags.contains(.xattrInode) else {
            return Problem(
                kind: .xattrInode,
                message: "inode \(number) holds an attribute, but is not marked so")
        }
        charge.inodes += 1
        return nil
    }

    /// Every inode that an entry refers to, sound or not (`inc_ea_inode_refs`).
    private func references(_ area: borrowing XattrArea) -> [UInt32] {
        var inodes: [UInt32] = []
        var place = area.firstEntry
        while let entry = area.entry(at: place) {
            if entry.valueInode != 0 { inodes.append(entry.valueInode) }
            place = entry.next
        }
        return inodes
    }

    /// What an attribute block adds to the charge of each inode that uses it.
    func charge(ofBlock block: UInt64, _ disk: ImageSlice, _ record: InodeRecord) -> XattrCharge {
        var charge = XattrCharge(clusters: 1)
        guard volume.incompatible.contains(.xattrInodes),
            let offset = volume.offset(ofBlock: block)
        else { return charge }
        let area = XattrArea(
            disk.slice(offset..<offset + volume.blockSize), firstEntry: XattrHeader.byteCount)
        var place = area.firstEntry
        while let entry = area.entry(at: place), entry.next <= area.slice.count {
            if entry.valueInode != 0 { _ = checkValueInode(disk, record, area, entry, &charge) }
            place = entry.next
        }
        return charge
    }

    /// Checks an attribute block, once for all inodes that share it.
    ///
    /// - Parameters:
    ///   - block: the block.
    ///   - disk: the image.
    ///   - record: the first inode that uses it.
    ///   - log: takes what is wrong.
    /// - Returns: the inodes its entries refer to.
    func checkBlock(
        _ block: UInt64, _ disk: ImageSlice, _ record: InodeRecord, _ log: inout FindingLog
    ) -> [UInt32] {
        guard let offset = volume.offset(ofBlock: block) else {
            log.add(
                .imageTooShort, at: .inode(record.number, block: block),
                "an attribute block lies past the end of the image")
            return []
        }
        let slice = disk.slice(offset..<offset + volume.blockSize)
        let header = XattrHeader(decoding: slice)
        guard header.magic == XattrHeader.magic, header.blocks == 1 else {
            log.add(
                .xattrBlock, at: .inode(record.number, block: block),
                "an attribute block with magic 0x\(String(header.magic, radix: 16)) and h_blocks "
                    + "\(header.blocks)")
            return []
        }
        let area = XattrArea(slice, firstEntry: XattrHeader.byteCount)
        if let problem = checkBlockEntries(disk, record, area) {
            log.add(problem.kind, at: .inode(record.number, block: block), problem.message)
        }
        if !volume.attributeBlockChecksumFits(slice, block: block) {
            log.add(
                .xattrChecksum, at: .inode(record.number, block: block),
                "the checksum of an attribute block does not fit its bytes")
        }
        return references(area)
    }

    private func checkBlockEntries(
        _ disk: ImageSlice, _ record: InodeRecord, _ area: borrowing XattrArea
    ) -> Problem? {
        var regions = ByteRegions(limit: area.slice.count)
        _ = regions.take(0, count: XattrHeader.byteCount)
        var place = area.firstEntry
        while let entry = area.entry(at: place) {
            if let problem = checkBlockEntry(disk, record, area, entry, &regions) {
                return problem
            }
            place = entry.next
        }
        // Four zero bytes end the list; an entry cut off by the block's end is none.
        return regions.take(place, count: 4)
            ? nil
            : Problem(kind: .xattrOverlap, message: "the end of the attributes overlaps one")
    }

    private func checkBlockEntry(
        _ disk: ImageSlice, _ record: InodeRecord, _ area: borrowing XattrArea,
        _ entry: XattrEntry, _ regions: inout ByteRegions
    ) -> Problem? {
        guard regions.take(entry.offset, count: entry.next - entry.offset) else {
            return Problem(
                kind: .xattrOverlap, message: "an attribute's entry overlaps or leaves the block")
        }
        guard entry.nameIndex != 0 else {
            return Problem(kind: .xattrName, message: "an attribute without a name space")
        }
        guard entry.valueInode == 0 else {
            var charge = XattrCharge()
            return checkValueInode(disk, record, area, entry, &charge)
        }
        let size = Int(entry.valueSize)
        guard size <= 65536, entry.valueOffset + size <= area.slice.count else {
            return Problem(
                kind: .xattrValue,
                message: "an attribute's value of \(size) bytes at \(entry.valueOffset)")
        }
        if size > 0, !regions.take(entry.valueOffset, count: Int(entry.paddedValueSize)) {
            return Problem(
                kind: .xattrOverlap,
                message: "an attribute's value at \(entry.valueOffset) overlaps another")
        }
        return area.hashFits(entry)
            ? nil : Problem(kind: .xattrHash, message: "an attribute's hash does not fit it")
    }
}

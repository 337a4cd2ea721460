import Ext4Layout
import ImageBytes

/// Checks the blocks of one directory (e2fsck's `check_dir_block`).
struct DirectoryCheck {
    let head: DirectoryHead
    private let hashTreeBlocks: UInt64?
    private var tree: HashTreeCheck?
    private var names = DuplicateNames()
    /// A name of the block that is gone through was hashed.
    private var hasHash = false

    init(_ head: DirectoryHead, hashTreeBlocks: UInt64?) {
        self.head = head
        self.hashTreeBlocks = hashTreeBlocks
    }

    private var volume: Volume { head.volume }
    private var record: InodeRecord { head.record }

    /// Checks one block.
    mutating func checkBlock(
        _ disk: ImageSlice, _ block: UInt64, fileBlock: UInt64, _ result: inout DirectoryResult
    ) {
        guard let offset = volume.offset(ofBlock: block) else {
            result.log.add(
                .imageTooShort, at: .inode(record.number, block: block, fileBlock: fileBlock),
                "a directory block lies past the end of the image")
            return
        }
        let slice = disk.slice(offset..<offset + volume.blockSize)
        var kind = HashTreeCheck.BlockKind.leaf
        if let hashTreeBlocks {
            if tree == nil {
                tree = HashTreeCheck(
                    volume: volume, inode: record.number, blockCount: hashTreeBlocks)
            }
            kind =
                tree?.enter(slice, fileBlock: fileBlock, inodeSeed: head.inodeSeed, &result.log)
                ?? .leaf
        }
        var limit = volume.blockSize
        if kind == .leaf, volume.hasMetadataChecksums {
            if checkTail(slice, block, fileBlock, &result.log) { limit -= DirectoryTail.byteCount }
        }
        check(
            slice,
            DirectoryArea(
                block: block, fileBlock: fileBlock, limit: limit, startsWithDots: fileBlock == 0,
                isLeaf: kind == .leaf), &result)
    }

    /// After the last block: whether the hash tree holds together.
    mutating func finish(_ result: inout DirectoryResult) {
        tree?.finish(&result.log)
    }

    /// Whether a leaf's checksum is there.
    private func checkTail(
        _ slice: ImageSlice, _ block: UInt64, _ fileBlock: UInt64, _ log: inout FindingLog
    ) -> Bool {
        let place = FindingPlace.inode(record.number, block: block, fileBlock: fileBlock)
        guard let tail = DirectoryTail(closing: slice) else {
            log.add(.directoryChecksum, at: place, "the directory block has no checksum")
            return false
        }
        if tail.checksum != MetadataChecksums.directory(slice, inodeSeed: head.inodeSeed) {
            log.add(
                .directoryChecksum, at: place, "the checksum does not fit the directory block")
        }
        return true
    }

    /// Checks the entries of a directory that lies in its inode: the parent's number, entries in
    /// `i_block`, and more of them in the attribute `system.data`.
    mutating func checkInline(_ disk: ImageSlice, _ result: inout DirectoryResult) {
        let size = record.size
        if size & 3 != 0 || (size > 60 && size < 72) {
            result.log.add(
                .inlineData, at: .inode(record.number, field: "i_size"),
                "a directory in its inode cannot have \(size) bytes")
        }
        let map = disk.slice(record.mapRange)
        let parent = map[Field<UInt32>("i_block", at: 0)]
        result.targets.append(record.number)
        if parent == 0 {
            result.log.add(
                .directoryDots, at: .inode(record.number), "the entry .. is missing")
        } else {
            EntryCheck(head: head)
                .checkTarget(parent, place: .inode(record.number, offset: 0), isDots: true, &result)
        }
        result.parents.append(.init(directory: record.number, parent: parent))
        check(
            map.slice(4..<60),
            DirectoryArea(block: nil, fileBlock: nil, limit: 56, startsWithDots: false, base: 4),
            &result)
        if case .found(let value) = XattrReader(volume: volume).inlineData(disk, record),
            value.count >= 12
        {
            check(
                disk.slice(value),
                DirectoryArea(
                    block: nil, fileBlock: nil, limit: value.count, startsWithDots: false, base: 60),
                &result)
        }
    }

    /// Goes through the entries of a block.
    private mutating func check(
        _ slice: ImageSlice, _ area: DirectoryArea, _ result: inout DirectoryResult
    ) {
        names.reset(room: slice.count / 12)
        hasHash = false
        let entries = EntryCheck(head: head)
        var offset = 0
        var number = area.startsWithDots ? 0 : 2
        while offset < area.limit {
            let entry = DirectoryEntry(in: slice, at: offset, blockSize: volume.blockSize)
            guard let entry, isSound(entry, area, number) else {
                result.log.add(
                    .directoryEntry, at: head.place(area, offset),
                    "an entry of \(entry?.recordLength ?? 0) bytes with a name of "
                        + "\(entry?.nameLength ?? 0) at \(offset) of \(area.limit)")
                return
            }
            if number < 2 { entries.checkDots(entry, number, slice, area, &result) }
            if entry.inode != 0 {
                entries.check(entry, number, slice, area, &result)
                let folded = head.foldsCase ? FoldedName(slice.copy(entry.nameRange)) : nil
                if area.isLeaf { enterInTree(entry, folded, slice, area, &result.log) }
                if let likeness = names.insert(entry.nameRange, folded, slice) {
                    report(likeness, entry, slice, head.place(area, offset), &result.log)
                }
            }
            offset = entry.end
            number += 1
        }
    }

    /// Tells the tree by which hash a name is found.
    private mutating func enterInTree(
        _ entry: DirectoryEntry, _ folded: FoldedName?, _ slice: ImageSlice, _ area: DirectoryArea,
        _ log: inout FindingLog
    ) {
        let entries = EntryCheck(head: head)
        let fileBlock = area.fileBlock ?? 0
        switch entries.hash(entry, folded, slice, tree?.hashVersion) {
        case .unknown: break
        case .known(let hash):
            tree?.add(hash, fileBlock: fileBlock)
            hasHash = true
        case .refused:
            log.add(
                .unchecked, at: head.place(area, entry.offset),
                "\(entries.name(entry, slice)) cannot be folded: whether the hash tree leads to it "
                    + "is not judged, as e2fsck does not")
            // With a hash before it, e2fsck takes that one again, which changes nothing.
            if !hasHash { tree?.addUnhashed(fileBlock: fileBlock) }
        }
    }

    private func isSound(_ entry: DirectoryEntry, _ area: DirectoryArea, _ number: Int) -> Bool {
        let extra = head.keepsHashes && number >= 2 ? 8 : 0
        return entry.end <= area.limit && entry.recordLength >= 12 + (entry.inode == 0 ? 0 : extra)
            && entry.recordLength % 4 == 0
            && entry.nameLength + DirectoryEntry.headerCount + (entry.inode == 0 ? 0 : extra)
                <= entry.recordLength
    }

    private func report(
        _ likeness: DuplicateNames.Likeness, _ entry: DirectoryEntry, _ slice: ImageSlice,
        _ place: FindingPlace, _ log: inout FindingLog
    ) {
        let name = EntryCheck(head: head).name(entry, slice)
        switch likeness {
        case .same: log.add(.entryDuplicate, at: place, "two entries named \(name)")
        case .sameFolded:
            log.add(
                .entryDuplicate, at: place, severity: .warning,
                "\(name) is the same as another entry when case is folded: only one is found")
        }
    }
}

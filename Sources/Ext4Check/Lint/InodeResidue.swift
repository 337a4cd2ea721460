import Ext4Layout
import HostSystem
import ImageBytes

/// Bytes without meaning in inodes in use, their maps, their attributes and behind their content.
struct InodeResidue {
    let volume: Volume
    private let data: DataRanges
    private let buffer: PageBuffer

    /// - Parameters:
    ///   - volume: the file system.
    ///   - data: which parts of the image are stored.
    init(volume: Volume, data: DataRanges) {
        self.volume = volume
        self.data = data
        buffer = PageBuffer(byteCount: volume.blockSize)
    }

    /// Looks at one inode.
    ///
    /// - Parameters:
    ///   - fact: the inode.
    ///   - touched: grows to hold the part of the image where content was looked at.
    ///   - tally: takes what is found.
    func run(_ fact: InodeFact, _ touched: inout Range<Int>?, _ tally: inout ResidueTally) {
        guard let offset = volume.offset(ofInode: fact.number) else { return }
        let image = volume.image
        let disk = image.slice
        let record = InodeRecord(
            disk, number: fact.number, offset: offset, inodeSize: volume.inodeSize)
        checkBody(disk, record, &tally)
        checkMap(disk, record, &tally)
        checkAttributeBlock(disk, record, &tally)
        if record.number == volume.superblock[Superblock.Fields.journalInode] {
            checkJournal(disk, record, &tally)
        } else if record.kind == .regular || record.kind == .symlink {
            checkTail(disk, record, &touched, &tally)
        }
    }

    /// Behind the fields of an inode: its attributes, or nothing.
    private func checkBody(
        _ disk: ImageSlice, _ record: InodeRecord, _ tally: inout ResidueTally
    ) {
        let start = record.offset + 128 + record.extraSize
        let end = record.offset + volume.inodeSize
        guard volume.inodeSize > 128, start + 4 <= end else { return }
        guard disk[XattrHeader.Fields.magic, from: start] == XattrHeader.magic else {
            tally.add(.inodeGap, disk, start..<end) {
                .inode(record.number, offset: $0 - record.offset)
            }
            return
        }
        let area = XattrArea(disk.slice(start + 4..<end), firstEntry: 0)
        checkArea(area, disk, base: start + 4, &tally) {
            .inode(record.number, offset: $0 - record.offset)
        }
    }

    private func checkAttributeBlock(
        _ disk: ImageSlice, _ record: InodeRecord, _ tally: inout ResidueTally
    ) {
        let block = record.attributeBlock(wide: volume.incompatible.contains(.wideBlocks))
        guard block != 0, let start = volume.offset(ofBlock: block) else { return }
        let area = XattrArea(
            disk.slice(start..<start + volume.blockSize), firstEntry: XattrHeader.byteCount)
        checkArea(area, disk, base: start, &tally) { .block(block, offset: $0 - start) }
    }

    /// Between the entries and the values, and behind each value's end.
    private func checkArea(
        _ area: borrowing XattrArea, _ disk: ImageSlice, base: Int, _ tally: inout ResidueTally,
        at place: (Int) -> FindingPlace
    ) {
        var used: [Range<Int>] = []
        var next = area.firstEntry
        let count = area.slice.count
        while let entry = area.entry(at: next), entry.next <= count {
            if entry.valueInode == 0, entry.valueSize > 0 {
                let end = min(count, entry.valueOffset + Int(entry.valueSize))
                if entry.valueOffset < end { used.append(entry.valueOffset..<end) }
            }
            tally.add(
                .attributeGap, disk,
                base + min(entry.nameRange.upperBound, entry.next)..<base + entry.next, at: place)
            next = entry.next
        }
        used.sort { $0.lowerBound < $1.lowerBound }
        var free = min(next, count)
        for range in used {
            if free < range.lowerBound {
                tally.add(.attributeGap, disk, base + free..<base + range.lowerBound, at: place)
            }
            free = max(free, range.upperBound)
        }
        if free < count { tally.add(.attributeGap, disk, base + free..<base + count, at: place) }
    }

    /// The part of `i_block` that nothing is in, and of blocks of an extent tree.
    private func checkMap(
        _ disk: ImageSlice, _ record: InodeRecord, _ tally: inout ResidueTally
    ) {
        let map = record.mapRange
        func gap(from used: Int, _ tally: inout ResidueTally) {
            let start = min(map.lowerBound + used, map.upperBound)
            tally.add(.mapGap, disk, start..<map.upperBound) {
                .inode(record.number, offset: $0 - record.offset, field: "i_block")
            }
        }
        if record.flags.contains(.inlineData) {
            if record.kind != .directory { gap(from: Int(min(record.size, 60)), &tally) }
        } else if record.isFastSymlink {
            gap(from: Int(min(record.size, 60)), &tally)
        } else if record.flags.contains(.extents) {
            var visited: Set<UInt64> = []
            checkNode(disk, map, record, block: 0, level: 0, &visited, &tally)
        } else if record.kind != .regular, record.kind != .directory, record.kind != .symlink,
            record.kind != nil
        {
            gap(from: 8, &tally)
        }
    }

    private func checkNode(
        _ disk: ImageSlice, _ range: Range<Int>, _ record: InodeRecord, block: UInt64,
        level: Int, _ visited: inout Set<UInt64>, _ tally: inout ResidueTally
    ) {
        let node = ExtentNode(disk.slice(range))
        guard node.isSound, level <= ExtentWalk.maximumDepth(blockSize: volume.blockSize) else {
            return
        }
        let used = range.lowerBound + 12 + 12 * node.entryCount
        let full = range.lowerBound + 12 + 12 * Int(node.header.maximum)
        let place = { (offset: Int) -> FindingPlace in
            .inode(
                record.number, block: block == 0 ? nil : block, offset: offset - range.lowerBound)
        }
        if used < full { tally.add(.mapGap, disk, used..<full, at: place) }
        // A checksum of four bytes follows in a block.
        if block != 0, full + 4 < range.upperBound {
            tally.add(.mapGap, disk, full + 4..<range.upperBound, at: place)
        }
        guard node.header.depth > 0 else { return }
        for index in 0..<node.entryCount {
            let child = node.index(index).child
            // Each once: a node may lead to itself.
            guard volume.isValid(child), let start = volume.offset(ofBlock: child),
                visited.insert(child).inserted
            else { continue }
            checkNode(
                disk, start..<start + volume.blockSize, record, block: child, level: level + 1,
                &visited, &tally)
        }
    }

    /// Behind the last byte of a file, up to the end of its last block.
    private func checkTail(
        _ disk: ImageSlice, _ record: InodeRecord, _ touched: inout Range<Int>?,
        _ tally: inout ResidueTally
    ) {
        let size = UInt64(volume.blockSize)
        guard record.size % size != 0, !record.flags.contains(.inlineData),
            record.mapsBlocks(disk, wide: volume.incompatible.contains(.wideBlocks)),
            let block = lastBlock(disk, record, fileBlock: record.size / size),
            let start = volume.offset(ofBlock: block)
        else { return }
        let end = start + volume.blockSize
        let tail = start + Int(record.size % size)..<end
        if volume.image.isStoredZero(tail, buffer: buffer) { return }
        touched =
            touched.map { min($0.lowerBound, start)..<max($0.upperBound, end) } ?? start..<end
        tally.add(.fileTail, disk, tail) {
            .inode(record.number, block: block, offset: $0 - start)
        }
    }

    /// The block that holds a block of a file; nil where none does, or it was never written.
    private func lastBlock(
        _ disk: ImageSlice, _ record: InodeRecord, fileBlock: UInt64
    ) -> UInt64? {
        guard record.flags.contains(.extents) else {
            if fileBlock < 12 {
                let block = UInt64(record.mapWord(disk, Int(fileBlock)))
                return block == 0 ? nil : block
            }
            return FileRuns(volume, record).block(fileBlock)
        }
        var range = record.mapRange
        for _ in 0...ExtentWalk.maximumDepth(blockSize: volume.blockSize) {
            let node = ExtentNode(disk.slice(range))
            guard node.isSound, node.entryCount > 0 else { return nil }
            var index = node.entryCount - 1
            while index > 0, UInt64(node.leaf(index).logical) > fileBlock { index -= 1 }
            if node.header.depth == 0 {
                let leaf = node.leaf(index)
                guard !leaf.isUnwritten, fileBlock >= UInt64(leaf.logical),
                    fileBlock - UInt64(leaf.logical) < UInt64(leaf.length)
                else { return nil }
                return leaf.physical &+ (fileBlock - UInt64(leaf.logical))
            }
            guard let start = volume.offset(ofBlock: node.index(index).child) else { return nil }
            range = start..<start + volume.blockSize
        }
        return nil
    }

    /// What an empty journal holds behind its superblock.
    private func checkJournal(
        _ disk: ImageSlice, _ record: InodeRecord, _ tally: inout ResidueTally
    ) {
        let runs = FileRuns(volume, record)
        guard let start = runs.offset(0) else { return }
        let header = JournalSuperblock(
            decoding: disk.slice(start..<start + JournalSuperblock.byteCount))
        guard header.start == 0 else { return }
        runs.forEachRange { fileBlock, range in
            let from = range.lowerBound + (fileBlock == 0 ? JournalSuperblock.byteCount : 0)
            data.sweep(.journal, volume, from..<range.upperBound, &tally)
        }
    }
}

import Ext4Layout
import ImageBytes

/// Goes through parts of the inode tables on one thread.
///
/// A class that belongs to one thread, as all that it refers to does: every check of every inode holds
/// it, and threads that count their references to one object spend half of their time on that.
final class InodeScanner {
    let volume: Volume
    /// The blocks that hold the file system's own structures.
    let metadata: MetadataBlocks
    /// Blocks on the list of bad blocks.
    let badBlocks: Set<UInt64>
    /// What the maps of inodes may cost.
    let budget: BudgetShare
    /// Whether a deletion time below the number of inodes means a place in the orphan list.
    private let lowDeletionTimesCount: Bool

    init(
        _ volume: Volume, metadata: SparseBits, badBlocks: Set<UInt64>, _ budget: MapBudget
    ) {
        self.volume = volume
        self.metadata = MetadataBlocks(metadata)
        self.badBlocks = badBlocks
        self.budget = BudgetShare(budget)
        let superblock = volume.superblock
        let times = [
            superblock[Superblock.Fields.writeTime], superblock[Superblock.Fields.mountTime],
            superblock[Superblock.Fields.makeTime],
        ]
        lowDeletionTimesCount = !times.contains { $0 != 0 && $0 < volume.inodeCount }
    }

    /// Whether a part lies in a hole of the file and has none of the inodes that are looked at even
    /// when they are empty.
    private func isEmpty(_ part: InodeScan.Part) -> Bool {
        let geometry = volume.geometry
        let first = geometry.inodeNumber(group: part.group, index: part.indices.lowerBound)
        let numbers = first..<first + UInt64(part.indices.count)
        let special = QuotaType.allCases.map(volume.quotaInode) + [volume.orphanFileInode]
        guard first > UInt64(volume.firstInode), badBlocks.isEmpty,
            !special.contains(where: { numbers.contains(UInt64($0)) })
        else { return false }
        let table = volume.groups[part.group].inodeTable
        let (start, overflow) = table.multipliedReportingOverflow(by: UInt64(volume.blockSize))
        let size = volume.inodeSize
        guard !overflow, start <= UInt64(volume.image.count) else { return false }
        let from = Int(start) + part.indices.lowerBound * size
        let to = Int(start) + part.indices.upperBound * size
        guard to <= volume.image.count else { return false }
        return volume.image.isHole(from..<to)
    }

    /// Goes through a part.
    func scan(_ part: InodeScan.Part, _ result: inout InodeScanResult) {
        let image = volume.image
        let disk = image.slice
        let inodesPerBlock = volume.blockSize / volume.inodeSize
        let table = volume.groups[part.group].inodeTable
        if isEmpty(part) { return }
        var index = part.indices.lowerBound
        while index < part.indices.upperBound, !budget.isSpent {
            let end = min(index + inodesPerBlock, part.indices.upperBound)
            let block = table &+ UInt64(index / inodesPerBlock)
            scanBlock(disk, part.group, index..<end, block, &result)
            index = end
        }
        budget.settle()
        release(table, part.indices.lowerBound / inodesPerBlock..<index / inodesPerBlock)
    }

    /// Lets go of blocks of a table: what is mapped counts as our memory, and no other pass reads the
    /// tables from end to end.
    private func release(_ table: UInt64, _ blocks: Range<Int>) {
        guard let start = volume.offset(ofBlock: table &+ UInt64(blocks.lowerBound)),
            !blocks.isEmpty
        else { return }
        let end = min(start + blocks.count * volume.blockSize, volume.image.count)
        volume.image.release(start..<end)
    }

    /// Scans the inodes of one block of the table.
    private func scanBlock(
        _ disk: ImageSlice, _ group: Int, _ indices: Range<Int>, _ block: UInt64,
        _ result: inout InodeScanResult
    ) {
        guard let start = volume.offset(ofBlock: block) else {
            result.log.add(
                .imageTooShort, at: .group(group, block: block, field: "bg_inode_table"),
                "a block of the inode table lies outside the image")
            return
        }
        if badBlocks.contains(block) {
            markUnreadable(group, indices, &result)
            return
        }
        var state = BlockState(count: indices.count)
        for (place, index) in indices.enumerated() {
            let offset = start + place * volume.inodeSize
            let number = UInt32(
                truncatingIfNeeded: volume.geometry.inodeNumber(group: group, index: index))
            // Nothing was ever here; an inode of zeros needs no checksum (ext2fs_inode_csum_verify).
            if !isReserved(number), disk.isZero(offset..<offset + 128) { continue }
            let record = InodeRecord(
                disk, number: number, offset: offset, inodeSize: volume.inodeSize)
            let fits = volume.inodeChecksumFits(disk, record)
            state.records.append(.init(record: record, checksumFits: fits))
            budget.takeInode()
            if !fits || record.looksInsane(disk, volume) { state.insane += 1 }
        }
        let inodesPerBlock = volume.blockSize / volume.inodeSize
        let isGarbage = inodesPerBlock >= 2 && state.insane > inodesPerBlock / 2
        for entry in state.records {
            if isGarbage, entry.record.links > 0 {
                result.log.add(
                    .inodeGarbage, at: .inode(entry.record.number),
                    "most inodes of this block of the inode table make no sense")
            }
            InodeCheck(scan: self, record: entry.record, checksumFits: entry.checksumFits)
                .run(disk, &result)
            guard !budget.isSpent else {
                result.isTruncated = true
                result.log.add(
                    .limit, at: .inode(entry.record.number), severity: .error, budget.description)
                return
            }
        }
    }

    private func isReserved(_ number: UInt32) -> Bool {
        number < volume.firstInode || volume.isReservedForQuota(number)
            || number == volume.orphanFileInode
    }

    private struct BlockState {
        struct Entry {
            let record: InodeRecord
            let checksumFits: Bool
        }

        var records: [Entry] = []
        var insane = 0

        init(count: Int) { records.reserveCapacity(count) }
    }

    private func markUnreadable(
        _ group: Int, _ indices: Range<Int>, _ result: inout InodeScanResult
    ) {
        for index in indices {
            let number = UInt32(
                truncatingIfNeeded: volume.geometry.inodeNumber(group: group, index: index))
            if number == InodeNumber.badBlocks {
                result.log.add(
                    .badBlockList, at: .inode(number),
                    "the list of bad blocks says that its own inode lies in one")
            }
            result.inodes.append(
                InodeFact(number: number, links: 0, traits: [.used, .unreadable]))
        }
    }

    /// Whether a deletion time is really a place in the list of orphans.
    func isOrphanLink(_ time: UInt32) -> Bool {
        time != 0 && lowDeletionTimesCount && time < volume.inodeCount
    }
}

extension InodeRecord {
    /// What makes e2fsck doubt a whole block of inodes (`extent_head_looks_insane`,
    /// `block_map_looks_insane`).
    func looksInsane(_ disk: ImageSlice, _ volume: Volume) -> Bool {
        if flags.contains(.inlineData) { return false }
        if flags.contains(.extents) {
            return !ExtentNode(disk.slice(mapRange)).isSound
        }
        guard links > 0 else { return false }
        switch kind {
        case .regular, .directory: break
        case .symlink where size > 60: break
        default: return false
        }
        let wrong = (0..<15).count { index in
            let block = UInt64(mapWord(disk, index))
            return block != 0 && !volume.isValid(block)
        }
        return wrong > 7
    }
}

import Ext4Layout
import ImageBytes

/// Whether the quota files say what is used (`quota_compare_and_update`).
struct QuotaCheck {
    let volume: Volume
    let usage: QuotaUsage

    /// `1 << QT_BLKSIZE_BITS`.
    static let blockSize = 1024
    /// `QT_TREEDEPTH`.
    static let depth = 4

    /// Checks every type of quota that the file system has.
    func run(_ log: inout FindingLog) {
        guard volume.readOnly.contains(.quota) else { return }
        for type in QuotaType.allCases {
            let number = volume.quotaInode(type)
            guard number != 0, number <= volume.inodeCount,
                let offset = volume.offset(ofInode: number)
            else { continue }
            let image = volume.image
            let record = InodeRecord(
                image.slice, number: number, offset: offset, inodeSize: volume.inodeSize)
            check(type, record, &log)
        }
    }

    private func check(
        _ type: QuotaType, _ record: InodeRecord, _ log: inout FindingLog
    ) {
        var tree = QuotaTree(volume, record)
        if let problem = tree.read(magic: QuotaHeader.magics[type.rawValue]) {
            log.add(.quota, at: .inode(record.number), "the \(type) quota file \(problem)")
            return
        }
        if tree.isTruncated {
            log.add(
                .limit, at: .inode(record.number),
                "entries of the \(type) quota file: truncated at \(QuotaTree.entryLimit) of at "
                    + "least \(QuotaTree.entryLimit + 1)")
            return
        }
        let used = usage[type]
        for (owner, stored) in tree.entries {
            let amount = used[owner] ?? QuotaUsage.Amount()
            if amount != stored {
                report(type, record, owner, stored: stored, used: amount, &log)
            }
        }
        let listed = Set(tree.entries.map(\.owner))
        for owner in used.keys.sorted() where !listed.contains(owner) {
            report(
                type, record, owner, stored: QuotaUsage.Amount(),
                used: used[owner] ?? QuotaUsage.Amount(), &log)
        }
    }

    private func report(
        _ type: QuotaType, _ record: InodeRecord, _ owner: UInt32, stored: QuotaUsage.Amount,
        used: QuotaUsage.Amount, _ log: inout FindingLog
    ) {
        log.add(
            .quota, at: .inode(record.number),
            "\(type) \(owner) is down for \(stored.bytes) bytes in \(stored.inodes) inodes, uses "
                + "\(used.bytes) in \(used.inodes)")
    }
}

/// The entries of a quota file: a tree of blocks by the digits of the owner's number.
struct QuotaTree {
    /// Bytes of an entry, by the file's version (`struct v2r0_disk_dqblk`, `v2r1_disk_dqblk`).
    private static let entrySizes: [UInt32: Int] = [0: 48, 1: 72]

    /// Entries that are kept, 32 bytes each; a file whose blocks are all the same one can have more.
    static let entryLimit = 1 << 22

    /// There are more entries than are kept.
    private(set) var isTruncated = false
    private let volume: Volume
    private let runs: FileRuns
    private let size: UInt64
    private var entrySize = 0
    /// The blocks that were visited at each level. One may be at several of them, as something else
    /// each time.
    private var visited: [Set<UInt32>] = Array(repeating: [], count: QuotaCheck.depth + 1)
    /// What is written for each owner, in the order of the owners' numbers.
    private(set) var entries: [(owner: UInt32, amount: QuotaUsage.Amount)] = []

    init(_ volume: Volume, _ record: InodeRecord) {
        self.volume = volume
        runs = FileRuns(volume, record)
        size = record.size
    }

    /// Reads all entries; returns what is wrong with the file.
    mutating func read(magic: UInt32) -> String? {
        guard let start = offset(0) else { return "has no header" }
        let image = volume.image
        let disk = image.slice
        let header = QuotaHeader(
            decoding: disk.slice(start..<start + QuotaHeader.byteCount))
        if header.magic == magic.byteSwapped { return "is stored in the wrong byte order" }
        guard let entrySize = Self.entrySizes[header.version] else {
            return "is of version \(header.version)"
        }
        self.entrySize = entrySize
        if size > 1 << 31 || UInt64(header.blockCount) * 1024 >= size + 1024 {
            return "has \(size) bytes and \(header.blockCount) blocks"
        }
        typealias Fields = QuotaHeader.Fields
        for field in [Fields.freeBlock, Fields.freeEntry] {
            let block = disk[field, from: start]
            if block >= header.blockCount {
                return "says \(block) in \(field.name), with \(header.blockCount) blocks"
            }
        }
        return visit(disk, block: 1, level: 0, limit: UInt64(header.blockCount))
    }

    private func offset(_ block: UInt32) -> Int? {
        let perBlock = UInt64(volume.blockSize / QuotaCheck.blockSize)
        guard let start = runs.offset(UInt64(block) / perBlock) else { return nil }
        return start + Int(UInt64(block) % perBlock) * QuotaCheck.blockSize
    }

    private mutating func visit(
        _ disk: ImageSlice, block: UInt32, level: Int, limit: UInt64
    ) -> String? {
        // A hole reads as zeros: nothing is referred to from there.
        guard let start = offset(block) else { return nil }
        guard level < QuotaCheck.depth else {
            if visited[level].insert(block).inserted { readEntries(disk, start) }
            return nil
        }
        for index in 0..<QuotaCheck.blockSize / 4 {
            let next = disk[Field<UInt32>("reference", at: 0), from: start + 4 * index]
            guard next != 0 else { continue }
            if UInt64(next) >= limit {
                return "refers to its block \(next) of \(limit)"
            }
            // What was read at this level once says the same again.
            if level + 1 < QuotaCheck.depth, !visited[level + 1].insert(next).inserted { continue }
            if let problem = visit(disk, block: next, level: level + 1, limit: limit) {
                return problem
            }
        }
        return nil
    }

    private mutating func readEntries(_ disk: ImageSlice, _ start: Int) {
        // A header of 16 bytes comes first.
        var place = start + 16
        while place + entrySize <= start + QuotaCheck.blockSize, !isTruncated {
            if !disk.isZero(place..<place + entrySize) {
                let isNew = entrySize == 72
                let inodes =
                    isNew
                    ? disk[Field<UInt64>("dqb_curinodes", at: 24), from: place]
                    : UInt64(disk[Field<UInt32>("dqb_curinodes", at: 12), from: place])
                let bytes = disk[Field<UInt64>("dqb_curspace", at: isNew ? 48 : 24), from: place]
                let owner = disk[Field<UInt32>("dqb_id", at: 0), from: place]
                guard entries.count < Self.entryLimit else {
                    isTruncated = true
                    return
                }
                entries.append((owner, QuotaUsage.Amount(bytes: bytes, inodes: inodes)))
            }
            place += entrySize
        }
    }
}

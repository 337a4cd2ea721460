import Ext4Layout
import ImageBytes

/// Goes through the extent tree of one inode, by the rules of `scan_extent_node` in e2fsck.
struct ExtentWalk {
    let volume: Volume
    let record: InodeRecord
    let metadata: MetadataBlocks
    /// The last block that the file's size covers; wraps where the size is 0, as in e2fsck.
    private let endOfFile: UInt64

    init(_ volume: Volume, _ record: InodeRecord, metadata: MetadataBlocks) {
        self.volume = volume
        self.record = record
        self.metadata = metadata
        endOfFile = Self.blocks(record.size, volume.blockSize) &- 1
    }

    /// How deep a tree can get before every block of a file has an extent of its own
    /// (`ext2fs_max_extent_depth`).
    static func maximumDepth(blockSize: Int) -> Int {
        let perBlock = (blockSize - 12) / 12
        let log = Int.bitWidth - 1 - perBlock.leadingZeroBitCount
        return 1 + (31 - 2) / log
    }

    private static func blocks(_ size: UInt64, _ blockSize: Int) -> UInt64 {
        size / UInt64(blockSize) + (size % UInt64(blockSize) == 0 ? 0 : 1)
    }

    /// Goes through all of it.
    func run(_ disk: ImageSlice, _ tally: inout BlockTally, _ log: inout FindingLog) {
        let root = ExtentNode(disk.slice(record.mapRange))
        guard root.isSound else {
            log.add(
                .extentHeader, at: .inode(record.number, field: "i_block"),
                "the extent header in the inode makes no sense")
            return
        }
        let maximum = Self.maximumDepth(blockSize: volume.blockSize)
        let depth = Int(root.header.depth)
        guard depth <= maximum else {
            log.add(
                .extentDepth, at: .inode(record.number, field: "eh_depth"),
                "the extent tree claims a depth of \(depth); \(maximum) is enough for any file")
            return
        }
        _ = scan(
            disk, root, Level(block: 0, left: depth, endBlock: endOfFile &+ 1, first: 0, last: 0),
            &tally, &log)
    }

    /// What a node inherits from the one above it.
    private struct Level {
        /// The block of the node; 0 for the one in the inode.
        var block: UInt64
        /// Levels of nodes below this one.
        var left: Int
        /// One past the last block that the index entry above is for.
        var endBlock: UInt64
        /// The first block allowed; and the last, where it is not 0.
        var range: (first: UInt64, last: UInt64)
        var checksumFails = false
        /// Entries that break a rule are reported and skipped, not followed.
        var reports = true

        init(block: UInt64, left: Int, endBlock: UInt64, first: UInt64, last: UInt64) {
            self.block = block
            self.left = left
            self.endBlock = endBlock
            range = (first, last)
        }
    }

    /// - Returns: false where the walk cannot go on.
    private func scan(
        _ disk: ImageSlice, _ node: borrowing ExtentNode, _ level: Level,
        _ tally: inout BlockTally, _ log: inout FindingLog
    ) -> Bool {
        var start = level.range.first
        for index in 0..<node.entryCount {
            let entry = Entry(node, index, level)
            var problem = problem(entry, level, start: start)
            if problem == nil, entry.isLeaf {
                if entry.fileBlock < tally.nextExtentBlock {
                    problem = .extentOverlap
                } else {
                    tally.nextExtentBlock = entry.fileBlock + entry.count
                }
            }
            if level.reports, problem == nil, tally.isDirectory, !entry.isWritten {
                add(.extentUnwrittenDirectory, entry, "directory blocks marked as unwritten", &log)
            }
            if level.reports, let problem {
                add(problem, entry, "", &log)
                continue
            }
            if entry.isLeaf {
                take(entry, level, &tally, &log)
                start = entry.last
            } else if !descend(disk, entry, level, &tally, &log) {
                return false
            }
        }
        if level.checksumFails {
            log.add(
                .extentChecksum, at: .inode(record.number, block: level.block),
                "the checksum of the extent block does not fit its bytes")
        }
        return true
    }

    private func add(
        _ kind: FindingKind, _ entry: Entry, _ detail: String, _ log: inout FindingLog
    ) {
        log.add(
            kind, at: .inode(record.number, block: entry.block, fileBlock: entry.fileBlock),
            (detail.isEmpty ? kind.blockProblem : detail)
                + ": file block \(entry.fileBlock), block \(entry.block), \(entry.count) blocks")
    }

    /// One entry of a node, with the end that its neighbour or its parent gives it.
    private struct Entry {
        let isLeaf: Bool
        let fileBlock: UInt64
        let block: UInt64
        let count: UInt64
        let isWritten: Bool
        let endBlock: UInt64

        init(_ node: borrowing ExtentNode, _ index: Int, _ level: Level) {
            isLeaf = level.left == 0
            // A leaf's entry and an index have their first block in the same place.
            fileBlock = UInt64(node.leaf(index).logical)
            endBlock =
                index + 1 < node.entryCount
                ? UInt64(node.leaf(index + 1).logical) : level.endBlock
            if isLeaf {
                let leaf = node.leaf(index)
                block = leaf.physical
                count = UInt64(leaf.length)
                isWritten = !leaf.isUnwritten
            } else {
                block = node.index(index).child
                // 32 bits wide in libext2fs, so it wraps there too.
                count = UInt64(UInt32(truncatingIfNeeded: endBlock &- fileBlock))
                isWritten = true
            }
        }

        /// The last block of the file that it covers; wraps where it covers none.
        var last: UInt64 { fileBlock &+ count &- 1 }
    }

    private func problem(_ entry: Entry, _ level: Level, start: UInt64) -> FindingKind? {
        if entry.block == 0 || !volume.isValid(entry.block) { return .extentPlace }
        if entry.fileBlock < start { return .extentOrder }
        if level.range.last != 0, entry.last > level.range.last {
            let mayReachPast = !entry.isWritten || record.flags.contains(.verity)
            if !(entry.last > endOfFile && mayReachPast) { return .extentBounds }
        }
        guard entry.isLeaf else { return nil }
        if entry.count == 0 { return .extentEmpty }
        if entry.block + entry.count > volume.endBlock { return .extentPlace }
        if record.kind == .directory, record.sizeHigh == 0,
            !volume.incompatible.contains(.largeDirectories),
            entry.fileBlock + entry.count > DirectoryLimit.blocks(volume.blockSize)
        {
            return .directoryTooBig
        }
        return nil
    }

    private func descend(
        _ disk: ImageSlice, _ entry: Entry, _ level: Level,
        _ tally: inout BlockTally, _ log: inout FindingLog
    ) -> Bool {
        var below = Level(
            block: entry.block, left: level.left - 1, endBlock: entry.endBlock, first: 0,
            last: entry.last)
        if metadata.contains(entry.block) {
            below.reports = false
            add(.metadataCollision, entry, "an extent block lies on the file system's own", &log)
        }
        guard tally.visited.insert(entry.block).inserted else {
            add(.blockClaimedTwice, entry, "an extent block is used twice in one tree", &log)
            return true
        }
        guard let offset = volume.offset(ofBlock: entry.block) else {
            add(.extentNode, entry, "an extent block past the end of the image", &log)
            return below.reports
        }
        let node = ExtentNode(disk.slice(offset..<offset + volume.blockSize))
        guard tally.mayGoOn(node.entryCount) else { return false }
        guard node.isSound else {
            add(.extentNode, entry, "an extent block without a sensible header", &log)
            return below.reports
        }
        guard node.entryCount > 0 else {
            add(.extentNode, entry, "an extent block without entries", &log)
            return false
        }
        if Int(node.header.depth) != below.left {
            log.add(
                .extentNodeDepth, at: .inode(record.number, block: entry.block, field: "eh_depth"),
                "says \(node.header.depth), its place in the tree is \(below.left)")
        }
        let first = UInt64(node.leaf(0).logical)
        if first != entry.fileBlock {
            add(
                .extentIndexStart, entry,
                "an extent index does not start where its block does (file block \(first))", &log)
        }
        below.range.first = first
        below.checksumFails = !volume.extentBlockChecksumFits(node, record)
        guard scan(disk, node, below, &tally, &log) else { return false }
        tally.claim(volume.clusters(entry.block..<entry.block + 1))
        tally.clusterCount += 1
        return true
    }

    /// Counts a leaf entry: its clusters, its place in the file, its directory blocks.
    private func take(
        _ entry: Entry, _ level: Level, _ tally: inout BlockTally, _ log: inout FindingLog
    ) {
        if level.reports, tally.isDirectory, tally.lastBlock + 1 < Int64(entry.fileBlock) {
            add(
                .directoryHole, entry,
                "a directory jumps from its block \(tally.lastBlock) to \(entry.fileBlock)", &log)
        }
        if tally.keepsRuns {
            tally.addDirectoryRun(
                fileBlock: entry.fileBlock, block: entry.block, count: entry.count)
        }
        let ratio = volume.clusterBits
        if ClusterAlignment.isBroken(volume, tally, block: entry.block, fileBlock: entry.fileBlock)
        {
            add(
                .clusterAlignment, entry, "blocks do not lie in their cluster as the file has them",
                &log)
        }
        let end = entry.block + entry.count
        var clusters = volume.clusters(entry.block..<end)
        if ratio > 0, tally.previousBlock != 0,
            entry.block >> ratio == tally.previousBlock >> ratio
        {
            clusters = min(clusters.lowerBound + 1, clusters.upperBound)..<clusters.upperBound
        }
        tally.claim(clusters)
        tally.clusterCount += UInt64(clusters.count)
        // An extent of no blocks comes this far in a node whose problems are not reported.
        tally.previousBlock = end &- 1
        tally.lastBlock = Int64(bitPattern: entry.last)
        if !tally.isDirectory, entry.isWritten { tally.lastWrittenBlock = tally.lastBlock }
    }
}

/// Whether a file's blocks lie in clusters as they must (`has_unaligned_cluster_map`).
enum ClusterAlignment {
    static func isBroken(
        _ volume: Volume, _ tally: BlockTally, block: UInt64, fileBlock: UInt64
    ) -> Bool {
        let bits = volume.clusterBits
        guard bits > 0 else { return false }
        let mask = (UInt64(1) << bits) - 1
        if fileBlock & mask != block & mask { return true }
        guard tally.previousBlock != 0, fileBlock & mask != 0 else { return false }
        let last = UInt64(bitPattern: tally.lastBlock)
        return fileBlock >> bits == last >> bits && block >> bits != tally.previousBlock >> bits
    }
}

/// How big a directory may get without `large_dir`: 2 GiB.
enum DirectoryLimit {
    static func blocks(_ blockSize: Int) -> UInt64 { (2 << 30) / UInt64(blockSize) }
}

import Ext4Layout
import ImageBytes

/// The blocks of one inode, and what its size and block count should be (e2fsck's `check_blocks`).
struct InodeBlockCheck {
    private let check: InodeCheck
    private let body: XattrCharge

    /// - Parameters:
    ///   - check: the inode.
    ///   - body: what the attributes in the inode cost.
    init(_ check: InodeCheck, body: XattrCharge) {
        self.check = check
        self.body = body
    }

    private var volume: Volume { check.volume }
    private var record: InodeRecord { check.record }

    /// Goes through the blocks and compares.
    func run(_ disk: ImageSlice, _ result: inout InodeScanResult) {
        var charge = body
        noteAttributeBlock(disk, &charge, &result)
        var tally = BlockTally(
            record, attributeClusters: charge.clusters, budget: check.scan.budget)
        let isInline =
            volume.incompatible.contains(.inlineData) && record.flags.contains(.inlineData)
        if isInline {
            if tally.isDirectory { result.inlineDirectories.append(record.number) }
        } else if record.mapsBlocks(disk, wide: check.isWide) {
            if volume.incompatible.contains(.extents), record.flags.contains(.extents) {
                ExtentWalk(volume, record, metadata: check.scan.metadata)
                    .run(disk, &tally, &result.log)
            } else {
                BlockMapWalk(volume: volume, record: record, metadata: check.scan.metadata)
                    .run(disk, &tally, &result.log)
            }
        }
        check.scan.budget.take(tally)
        // What was cut short has another size and count; that is no finding of its own.
        guard !check.scan.budget.isSpent else { return }
        reportHoles(tally, &result)
        result.claims += tally.claims
        result.runs += tally.runs
        if record.flags.contains(.indexed) {
            checkHashTreeRoot(disk, tally, &result)
        }
        if tally.isDirectory, tally.clusterCount == 0, !record.flags.contains(.inlineData) {
            check.add(.emptyDirectory, "i_block", "a directory without a block", &result)
            return
        }
        countUsage(disk, tally, inodes: charge.inodes + 1, &result)
        checkSize(disk, tally, &result)
        checkBlockCount(tally, &result)
        if volume.readOnly.contains(.clusters), record.kind == .regular || tally.isDirectory,
            dataBlocks > 0,
            record.number == InodeNumber.root || record.number >= volume.firstInode,
            record.flags.isDisjoint(with: [.extents, .inlineData])
        {
            check.add(.clusterBlockMap, "i_flags", "mapped without extents in clusters", &result)
        }
    }

    /// Notes the use of an attribute block; a wrong number is reported where the inode is found by
    /// name, as its other wrong fields are.
    private func noteAttributeBlock(
        _ disk: ImageSlice, _ charge: inout XattrCharge, _ result: inout InodeScanResult
    ) {
        let block = record.attributeBlock(wide: check.isWide)
        guard block != 0 else { return }
        guard volume.compatible.contains(.extendedAttributes), volume.isValid(block) else {
            if let last = result.inodes.last, last.number == record.number {
                result.inodes[result.inodes.count - 1] = InodeFact(
                    number: last.number, links: last.links, traits: last.traits.union(.bad))
            }
            return
        }
        result.attributeBlocks.append(AttributeBlockUse(block: block, inode: record.number))
        let more = XattrCheck(volume: volume).charge(ofBlock: block, disk, record)
        charge.clusters += more.clusters
        charge.inodes += more.inodes
    }

    private func reportHoles(_ tally: BlockTally, _ result: inout InodeScanResult) {
        // With large_dir, e2fsck takes holes in directories as they are.
        let mayHaveHoles =
            volume.incompatible.contains(.largeDirectories)
            && !volume.incompatible.contains(.inlineData)
        guard tally.isDirectory, tally.holes > 0, !mayHaveHoles else { return }
        check.add(
            .directoryHole, nil, "\(tally.holes) blocks of the directory are missing", &result)
    }

    /// What the inode's owners are charged (`quota_data_add`).
    private func countUsage(
        _ disk: ImageSlice, _ tally: BlockTally, inodes: UInt64, _ result: inout InodeScanResult
    ) {
        guard volume.readOnly.contains(.quota) else { return }
        let number = record.number
        guard number != volume.quotaInode(.project), number != volume.orphanFileInode,
            number == InodeNumber.root || number >= volume.firstInode,
            !record.flags.contains(.xattrInode)
        else { return }
        let bytes = tally.clusterCount &* (UInt64(volume.blockSize) << volume.clusterBits)
        result.usage.add(.user, owner: record.user, bytes: bytes, inodes: inodes)
        result.usage.add(.group, owner: record.group, bytes: bytes, inodes: inodes)
        if volume.inodeSize > 128 {
            let project =
                record.extraSize >= 32 ? disk[Inode.Fields.project, from: record.offset] : 0
            result.usage.add(.project, owner: project, bytes: bytes, inodes: inodes)
        }
    }

    private func checkSize(
        _ disk: ImageSlice, _ tally: BlockTally, _ result: inout InodeScanResult
    ) {
        let expected = UInt64(bitPattern: tally.lastBlock &+ 1) &* UInt64(volume.blockSize)
        let problem = tally.isDirectory ? directorySizeProblem(disk, tally) : fileSizeProblem(tally)
        if let problem, record.kind != .symlink {
            check.add(
                .inodeSize, "i_size",
                "is \(record.size): \(problem); its blocks end at \(expected)",
                &result)
        }
        if record.kind == .regular, record.size >= 1 << 31 { result.hasLargeFile = true }
    }

    private func directorySizeProblem(_ disk: ImageSlice, _ tally: BlockTally) -> String? {
        let blockSize = UInt64(volume.blockSize)
        if record.flags.contains(.inlineData) {
            guard case .found(let value) = XattrReader(volume: volume).inlineData(disk, record),
                UInt64(60 + value.count) == record.size
            else { return "the directory's inline data has another size" }
            return nil
        }
        if record.size % blockSize != 0 { return "a directory's size is whole blocks" }
        let blocks = Int64(UInt32(truncatingIfNeeded: record.size / blockSize))
        if blocks > tally.lastBlock + 1 { return "the directory has fewer blocks" }
        let slack = Int64(volume.superblock[Superblock.Fields.preallocatedDirectoryBlocks])
        return tally.lastBlock + 1 - blocks > slack ? "the directory has more blocks" : nil
    }

    private func fileSizeProblem(_ tally: BlockTally) -> String? {
        let blockSize = UInt64(volume.blockSize)
        if tally.lastWrittenBlock >= 0, !record.flags.contains(.verity) {
            let (start, overflow) = UInt64(tally.lastWrittenBlock)
                .multipliedReportingOverflow(by: blockSize)
            if overflow || record.size < start { return "written blocks lie past the end" }
        }
        let bits = UInt64(volume.blockSize.trailingZeroBitCount)
        if volume.incompatible.contains(.extents), record.flags.contains(.extents) {
            return record.size > (1 << (32 + bits)) - 1 ? "more than extents can map" : nil
        }
        let words = blockSize / 4
        let most = (12 + words + words * words + words * words * words) << bits
        return record.size > most ? "more than indirect blocks can map" : nil
    }

    /// `i_blocks` with the half that counts.
    private var storedBlocks: UInt64 {
        UInt64(record.blocksLow)
            + (volume.readOnly.contains(.hugeFile) ? UInt64(record.blocksHigh) << 32 : 0)
    }

    /// Blocks of data: `i_blocks` without the attribute block (`ext2fs_inode_data_blocks2`).
    private var dataBlocks: UInt64 {
        let attribute: UInt64 =
            record.attributeBlock(wide: check.isWide) != 0 ? UInt64(volume.blockSize / 512) : 0
        return storedBlocks &- attribute
    }

    private func checkBlockCount(_ tally: BlockTally, _ result: inout InodeScanResult) {
        guard !volume.isFromHurd else { return }
        let isHuge = volume.readOnly.contains(.hugeFile) && record.flags.contains(.hugeFile)
        let unit: UInt64 = isHuge ? 1 : UInt64(volume.blockSize / 512)
        let counted = (tally.clusterCount &* unit) << volume.clusterBits
        if counted != storedBlocks || (isHuge && record.blocksHigh != 0) {
            check.add(.inodeBlocks, "i_blocks", "is \(storedBlocks), should be \(counted)", &result)
        }
    }

    /// The root of a hash tree (`handle_htree`).
    private func checkHashTreeRoot(
        _ disk: ImageSlice, _ tally: BlockTally, _ result: inout InodeScanResult
    ) {
        if record.kind != .directory {
            check.add(.hashTreeFlag, "i_flags", "has a hash tree, but is no directory", &result)
        }
        if !volume.compatible.contains(.directoryIndex) {
            check.add(.hashTreeFlag, "i_flags", "has a hash tree without the feature", &result)
        }
        guard let run = tally.runs.first, run.fileBlock == 0,
            let offset = volume.offset(ofBlock: run.block)
        else {
            check.add(.hashTreeRoot, nil, "the root of the hash tree cannot be read", &result)
            return
        }
        HashTreeRootCheck(volume: volume, record: record)
            .run(
                HashTreeRootInfo(decoding: disk.slice(offset..<offset + volume.blockSize)), &result)
        result.hashTrees.append(
            HashTreeDirectory(
                inode: record.number, blockCount: UInt64(bitPattern: tally.lastBlock &+ 1)))
    }
}

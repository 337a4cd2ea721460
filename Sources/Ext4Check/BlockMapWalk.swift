import Ext4Layout
import ImageBytes

/// Goes through the direct and indirect blocks of one inode, by the rules of `process_block` in
/// e2fsck and `ext2fs_block_iterate3`.
struct BlockMapWalk {
    let volume: Volume
    let record: InodeRecord
    let metadata: MetadataBlocks

    private var wordsPerBlock: UInt64 { UInt64(volume.blockSize / 4) }

    /// Goes through all of it.
    ///
    /// - Returns: false where an indirect block cannot be read, which ends the walk.
    @discardableResult
    func run(_ disk: ImageSlice, _ tally: inout BlockTally, _ log: inout FindingLog) -> Bool {
        takeTranslator(&tally, &log)
        if tally.isDirectory, record.mapWord(disk, 0) == 0 { tally.holes += 1 }
        for index in 0..<12 {
            let block = UInt64(record.mapWord(disk, index))
            if block != 0 { take(block, fileBlock: UInt64(index), &tally, &log) }
        }
        var fileBlock: UInt64 = 12
        var span: UInt64 = 1
        for level in 1...3 {
            span *= wordsPerBlock
            let block = UInt64(record.mapWord(disk, 11 + level))
            if block != 0 {
                guard indirect(disk, block, level: level, fileBlock: fileBlock, &tally, &log) else {
                    return false
                }
            }
            fileBlock += span
        }
        return true
    }

    /// Takes the block that names the Hurd's translator of the file (`h_i_translator`), which lies
    /// where Linux has the version.
    private func takeTranslator(_ tally: inout BlockTally, _ log: inout FindingLog) {
        let block = UInt64(record.version)
        guard volume.isFromHurd, block != 0 else { return }
        guard volume.isValid(block) else {
            log.add(
                .blockNumber, at: .inode(record.number, block: block),
                "a translator's block of number \(block), outside the file system")
            return
        }
        if metadata.contains(block) {
            log.add(
                .metadataCollision, at: .inode(record.number, block: block),
                "a translator's block lies on the file system's own")
        }
        count(block, fileBlock: nil, &tally, &log)
        tally.previousBlock = block
    }

    private func indirect(
        _ disk: ImageSlice, _ block: UInt64, level: Int, fileBlock: UInt64,
        _ tally: inout BlockTally, _ log: inout FindingLog
    ) -> Bool {
        guard volume.isValid(block) else {
            log.add(
                .blockNumber, at: .inode(record.number, block: block),
                "an indirect block (level \(level)) of number \(block), outside the file system")
            return false
        }
        if record.number != InodeNumber.resize, metadata.contains(block) {
            log.add(
                .metadataCollision, at: .inode(record.number, block: block),
                "an indirect block lies on the file system's own")
        }
        if record.number == InodeNumber.resize {
            // Its other blocks are the reserved descriptor blocks, which the file system claims.
            if level == 2 { tally.claim(volume.clusters(block..<block + 1)) }
            tally.clusterCount += 1
        } else {
            count(block, fileBlock: nil, &tally, &log)
        }
        tally.previousBlock = block
        // The lists of the resize inode are compared with what they must be, each in its place.
        let isList = record.number == InodeNumber.resize && level == 1
        guard isList || tally.visited.insert(block).inserted else {
            log.add(
                .blockClaimedTwice, at: .inode(record.number, block: block),
                "an indirect block is used twice in one file")
            return true
        }
        guard let offset = volume.offset(ofBlock: block) else {
            log.add(
                .imageTooShort, at: .inode(record.number, block: block),
                "an indirect block lies past the end of the image")
            return false
        }
        guard tally.mayGoOn(Int(wordsPerBlock)) else { return false }
        var span: UInt64 = 1
        for _ in 1..<level { span *= wordsPerBlock }
        for index in 0..<Int(wordsPerBlock) {
            let next = UInt64(disk[Field<UInt32>("i_block", at: 0), from: offset + 4 * index])
            guard next != 0 else { continue }
            let place = fileBlock + UInt64(index) * span
            if level == 1 {
                take(next, fileBlock: place, &tally, &log)
            } else if !indirect(disk, next, level: level - 1, fileBlock: place, &tally, &log) {
                return false
            }
        }
        return true
    }

    /// Takes one block of data.
    private func take(
        _ block: UInt64, fileBlock: UInt64, _ tally: inout BlockTally, _ log: inout FindingLog
    ) {
        if let problem = problem(block, fileBlock: fileBlock, tally) {
            log.add(
                problem, at: .inode(record.number, block: block, fileBlock: fileBlock),
                "\(problem.blockProblem): file block \(fileBlock), block \(block)")
            return
        }
        if record.number == InodeNumber.resize {
            tally.clusterCount += 1
        } else {
            count(block, fileBlock: fileBlock, &tally, &log)
        }
        tally.lastBlock = Int64(fileBlock)
        tally.lastWrittenBlock = Int64(fileBlock)
        tally.previousBlock = block
        if tally.keepsRuns {
            tally.addDirectoryRun(fileBlock: fileBlock, block: block, count: 1)
        }
    }

    private func problem(
        _ block: UInt64, fileBlock: UInt64, _ tally: BlockTally
    ) -> FindingKind? {
        if !volume.isValid(block) { return .blockNumber }
        if tally.isDirectory, record.sizeHigh == 0,
            !volume.incompatible.contains(.largeDirectories),
            fileBlock > DirectoryLimit.blocks(volume.blockSize)
        {
            return .directoryTooBig
        }
        let most = (UInt64(1) << 41) / UInt64(volume.blockSize)
        if tally.isDirectory || tally.isRegular, tally.clusterCount + 1 >= most {
            return .fileTooBig
        }
        return !tally.isDirectory && !tally.isRegular && fileBlock > 0 ? .fileTooBig : nil
    }

    /// Counts a block unless it shares its cluster with the one before, as a file may.
    private func count(
        _ block: UInt64, fileBlock: UInt64?, _ tally: inout BlockTally, _ log: inout FindingLog
    ) {
        let bits = volume.clusterBits
        let mask = (UInt64(1) << bits) - 1
        let place = fileBlock ?? .max
        let sharesCluster =
            bits > 0 && tally.previousBlock != 0 && block >> bits == tally.previousBlock >> bits
            && block & mask == place & mask
        if !sharesCluster {
            tally.claim(volume.clusters(block..<block + 1))
            tally.clusterCount += 1
        } else if ClusterAlignment.isBroken(volume, tally, block: block, fileBlock: place) {
            log.add(
                .clusterAlignment, at: .inode(record.number, block: block, fileBlock: fileBlock),
                "blocks do not lie in their cluster as the file has them")
        }
    }
}

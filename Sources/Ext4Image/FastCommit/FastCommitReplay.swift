internal import Ext4Layout
internal import ImageBytes

/// Replays fast commits over what the log's transactions left (`ext4_fc_replay`), in memory.
///
/// All of them or none: where one cannot be replayed the error says why, and the caller leaves all
/// out. What the kernel passes over, such as a name that is gone already, is passed over. Blocks for
/// directories and extent nodes, which fast commits do not name, may lie elsewhere than the kernel
/// would put them.
struct FastCommitReplay {
    let image: Ext4Image
    let journal: Journal
    var inodes: [UInt32: EditedInode] = [:]
    var directories: [UInt32: EditedDirectory] = [:]
    /// Blocks that files got, which nothing else may take.
    var regions: [Range<UInt64>] = []
    var budget = EditBudget()
    /// Where in the image the change lies that is being made.
    private var origin: UInt64 = 0

    /// - Parameters:
    ///   - image: the file system after the log's transactions.
    ///   - journal: where the fast commits lie.
    init(over image: Ext4Image, from journal: Journal) {
        self.image = image
        self.journal = journal
    }

    /// Makes all changes.
    ///
    /// - Parameters:
    ///   - log: the changes.
    ///   - superblock: the superblock's bytes so far.
    /// - Returns: the bytes that are other than in the image.
    /// - Throws: `FormatError` at the change that cannot be made, or where all of them touch too
    ///   much.
    mutating func patches(
        for log: FastCommitLog, superblock: [UInt8]
    ) throws(FormatError) -> [MappedImage.Patch] {
        guard image.geometry.blocksPerCluster == 1 else {
            throw failure("are not replayed with bigalloc (blocks in a cluster)", 0)
        }
        // Slices borrow what they come from, and must not borrow what is changed.
        let journal = journal
        for change in log.changes {
            guard let block = journal.block(change.logical) else { continue }
            origin = block.origin + UInt64(change.tag.offset)
            try apply(change.tag.value, in: block)
        }
        return try written(superblock: superblock)
    }

    private mutating func apply(
        _ value: FastCommitTag.Value, in block: ImageSlice
    ) throws(FormatError) {
        switch value {
        case .inode(let number, let body): try replaceInode(number, with: block.copy(body))
        case .addRange(let number, let extent): try add(extent, to: number)
        case .deleteRange(let number, let logical, let length):
            try remove(UInt64(logical)..<UInt64(logical) + UInt64(length), from: number)
        case .create(let name): try create(name)
        case .link(let name): try link(name)
        case .unlink(let name): try unlink(name)
        case .head, .tail, .padding: break
        }
    }

    private mutating func replaceInode(
        _ number: UInt32, with body: [UInt8]
    ) throws(FormatError) {
        guard isOrdinary(number), try load(number) else {
            throw failure("names an inode that no file can have (inode, inodes)", number)
        }
        // The log may have made the file system one of smaller inodes than the journal was read for.
        guard body.count <= image.geometry.inodeSize else {
            throw failure("has a body larger than an inode (inode)", number)
        }
        inodes[number]?.replaceBody(with: body)
        // So does the kernel, where a file without a name was synced.
        guard try isUsable(number) else {
            throw failure("is an inode without links, which the kernel refuses (inode)", number)
        }
        // Else ranges of a file could become the blocks that its names are written to.
        guard directories[number] == nil || inodes[number]?.kind == .directory else {
            throw failure("makes another kind of file of a directory in use (inode)", number)
        }
    }

    private mutating func add(
        _ extent: ExtentLeaf, to number: UInt32
    ) throws(FormatError) {
        guard extent.length > 0, try isUsable(number) else { return }
        let run = BlockRun(
            logical: UInt64(extent.logical), physical: extent.physical,
            length: UInt64(extent.length), isUnwritten: extent.isUnwritten)
        // The last number is no block's (`EXT_MAX_BLOCKS`).
        guard image.isInside(run.physical, run.length), run.logicalEnd < 1 << 32 else {
            throw failure("maps blocks outside the file system (inode)", number)
        }
        try loadMap(number)
        guard inodes[number]?.kind != .directory else {
            throw failure("maps blocks of a directory (inode)", number)
        }
        try spendMove(number)
        inodes[number]?.map?.add(run)
        regions.append(run.blocks)
        try checkMap(number)
    }

    private mutating func remove(
        _ range: Range<UInt64>, from number: UInt32
    ) throws(FormatError) {
        guard !range.isEmpty, try isUsable(number) else { return }
        try loadMap(number)
        guard inodes[number]?.kind != .directory else {
            throw failure("takes blocks of a directory (inode)", number)
        }
        try spendMove(number)
        inodes[number]?.map?.remove(range)
        try checkMap(number)
    }

    /// What a change of a map may move.
    private mutating func spendMove(_ number: UInt32) throws(FormatError) {
        try budget.spend(steps: (inodes[number]?.map?.runs.count ?? 0) / 64)
    }

    private func checkMap(_ number: UInt32) throws(FormatError) {
        guard let map = inodes[number]?.map, map.runs.count > EditedMap.runLimit else { return }
        throw failure("has more extents than are changed (inode, limit)", number)
    }

    /// Whether a number is that of a file: not one of the inodes with a meaning, but the root.
    private func isOrdinary(_ number: UInt32) -> Bool {
        number == InodeNumber.root
            || number >= image.superblock.firstInode && image.inodeNumbers.contains(number)
    }

    /// Whether there is such an inode in use (`ext4_iget`).
    mutating func isUsable(_ number: UInt32) throws(FormatError) -> Bool {
        guard isOrdinary(number), try load(number), let inode = inodes[number] else {
            return false
        }
        return inode.linksCount != 0 && inode.kind != nil
    }

    /// Takes an inode in hand; false where there is none.
    mutating func load(_ number: UInt32) throws(FormatError) -> Bool {
        if inodes[number] != nil { return true }
        let image = image
        guard let inode = image.inode(number) else { return false }
        try budget.spend(steps: 1, bytes: image.geometry.inodeSize)
        inodes[number] = EditedInode(inode)
        return true
    }

    /// Takes an inode's map in hand.
    mutating func loadMap(_ number: UInt32) throws(FormatError) {
        guard let edited = inodes[number], edited.map == nil else { return }
        guard edited.hasExtents else {
            throw failure("changes blocks that are not found by extents (inode)", number)
        }
        var runs: [BlockRun] = []
        var nodes: [UInt64] = []
        var flaw: FormatError?
        var budget = budget
        image.walkMap(of: Inode(ImageSlice(edited.bytes.rawSpan), number: number)) { event in
            budget.take(steps: 1)
            switch event {
            case .run(let run): runs.append(run)
            case .node(let node): nodes.append(node.block)
            case .flaw(let found): flaw = found
            }
            return flaw == nil && !budget.isSpent && runs.count <= EditedMap.runLimit
        }
        self.budget = budget
        if let flaw { throw flaw }
        try budget.check()
        inodes[number]?.map = EditedMap(runs)
        inodes[number]?.oldMap = EditedMap(runs)
        inodes[number]?.oldNodes = nodes
        try checkMap(number)
    }

    func failure(_ rule: String, _ number: UInt32) -> FormatError {
        FormatError(
            "fast commit", at: origin,
            .contradiction(rule, UInt64(number), UInt64(image.geometry.inodeCount)))
    }
}

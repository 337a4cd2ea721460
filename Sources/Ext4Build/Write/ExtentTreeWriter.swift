internal import CExt2FS

/// Writes extent trees: the root into the inode, and levels of blocks below it where four extents are
/// not enough (fs/ext4/ext4_extents.h).
struct ExtentTreeWriter {
    private static let magic: UInt16 = 0xF30A
    private static let headerSize = 12
    private static let entrySize = 12
    /// Where the checksum of a block lies: behind as many entries as fit.
    private static let tailOffset = headerSize + ExtentTree.entriesInBlock * entrySize

    private let plan: Plan
    private let checksum: MetadataChecksum

    init(_ plan: Plan, _ filesystem: Ext2Filesystem) {
        self.plan = plan
        checksum = MetadataChecksum(filesystem)
    }

    /// Fills `i_block` of a file's inode.
    func fillRoot(_ inode: BlockBytes, file: Int) {
        Self.fillRoot(
            inode, at: InodeWriter.blockOffset, plan.extents(ofFile: file),
            plan.extentBlocks[UInt32(file)] ?? [])
    }

    /// Fills the 60 bytes of `i_block` at `offset`, given the blocks of the levels below.
    static func fillRoot(
        _ bytes: BlockBytes, at offset: Int, _ extents: ArraySlice<Extent>, _ blocks: [UInt64]
    ) {
        let root = bytes.part(offset..<offset + 60)
        let levels = levels(extents, blocks)
        if let top = levels.last {
            putHeader(root, count: top.count, limit: ExtentTree.entriesInInode, depth: levels.count)
            for (index, node) in top.enumerated() { putIndex(root, index, node) }
        } else {
            putHeader(root, count: extents.count, limit: ExtentTree.entriesInInode, depth: 0)
            for (index, extent) in extents.enumerated() { putExtent(root, index, extent) }
        }
    }

    /// Writes the blocks of every tree that has some, in the order of the files.
    func writeBlocks(to sink: BlockSink) throws(Ext2Error) {
        try write(
            Self.levels(plan.journal[...], plan.journalExtentBlocks), plan.journal[...],
            inode: UInt32(EXT2_JOURNAL_INO), to: sink)
        for file in 0..<plan.fileCount {
            guard let blocks = plan.extentBlocks[UInt32(file)] else { continue }
            let extents = plan.extents(ofFile: file)
            try write(
                Self.levels(extents, blocks), extents, inode: plan.inode(ofFile: file), to: sink)
        }
    }

    private func write(
        _ levels: [[Node]], _ extents: ArraySlice<Extent>, inode: UInt32, to sink: BlockSink
    ) throws(Ext2Error) {
        for (depth, level) in levels.enumerated() {
            for node in level {
                try sink.put(node.block) { bytes in
                    Self.putHeader(
                        bytes, count: node.children.count, limit: ExtentTree.entriesInBlock,
                        depth: depth)
                    for (index, child) in node.children.enumerated() {
                        if depth == 0 {
                            Self.putExtent(bytes, index, extents[extents.startIndex + child])
                        } else {
                            Self.putIndex(bytes, index, levels[depth - 1][child])
                        }
                    }
                    let sum = unsafe checksum.checksum(
                        inode: inode, bytes.prefix(Self.tailOffset))
                    bytes.put(sum, at: Self.tailOffset)
                }
            }
        }
    }

    /// A block of the tree: what it holds of the level below, and the first file block below it.
    private struct Node {
        let block: UInt64
        let fileBlock: UInt32
        let children: Range<Int>
    }

    /// The levels of a tree over `extents`, the leaves first; each node is filled before the next.
    private static func levels(_ extents: ArraySlice<Extent>, _ blocks: [UInt64]) -> [[Node]] {
        var levels: [[Node]] = []
        var blocks = blocks[...]
        for nodeCount in ExtentTree.levels(extentCount: extents.count) {
            let below = levels.last
            let belowCount = below?.count ?? extents.count
            let level = (0..<nodeCount).map { index in
                let first = index * ExtentTree.entriesInBlock
                let children = first..<min(first + ExtentTree.entriesInBlock, belowCount)
                return Node(
                    block: blocks[blocks.startIndex + index],
                    fileBlock: below?[first].fileBlock
                        ?? extents[extents.startIndex + first].fileBlock,
                    children: children)
            }
            blocks = blocks.dropFirst(nodeCount)
            levels.append(level)
        }
        return levels
    }

    private static func putHeader(_ bytes: BlockBytes, count: Int, limit: Int, depth: Int) {
        bytes.put(magic, at: 0)
        bytes.put(UInt16(count), at: 2)
        bytes.put(UInt16(limit), at: 4)
        bytes.put(UInt16(depth), at: 6)
    }

    private static func putExtent(_ bytes: BlockBytes, _ index: Int, _ extent: Extent) {
        let offset = headerSize + index * entrySize
        bytes.put(extent.fileBlock, at: offset)
        bytes.put(UInt16(extent.count), at: offset + 4)
        bytes.put(UInt16(truncatingIfNeeded: extent.imageBlock >> 32), at: offset + 6)
        bytes.put(UInt32(truncatingIfNeeded: extent.imageBlock), at: offset + 8)
    }

    private static func putIndex(_ bytes: BlockBytes, _ index: Int, _ node: Node) {
        let offset = headerSize + index * entrySize
        bytes.put(node.fileBlock, at: offset)
        bytes.put(UInt32(truncatingIfNeeded: node.block), at: offset + 4)
        bytes.put(UInt16(truncatingIfNeeded: node.block >> 32), at: offset + 8)
    }
}

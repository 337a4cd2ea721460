internal import CExt2FS
internal import SourceTree

/// Builds directory blocks in memory and writes each once.
struct DirectoryWriter {
    /// The entry without a name that ends a block and holds its checksum (`ext4_dir_entry_tail`).
    private static let tailOffset = DirectoryShape.blockCapacity
    private static let tailType: UInt8 = 0xDE
    private static let hashVersion = UInt8(EXT2_HASH_HALF_MD4)

    private let plan: Plan
    private let checksum: MetadataChecksum

    init(_ plan: Plan, _ filesystem: Ext2Filesystem) {
        self.plan = plan
        checksum = MetadataChecksum(filesystem)
    }

    func writeAll(to sink: BlockSink) throws(Ext2Error) {
        for (file, node) in plan.order.nodes.enumerated()
        where plan.tree.nodes[Int(node)].kind == .directory {
            let blocks = plan.extents(ofFile: file).flatMap { Array($0.blocks) }
            if let tree = plan.hashTrees[UInt32(file)] {
                try write(tree, of: Int(node), to: blocks, sink)
            } else {
                let inode = plan.inode(ofFile: file)
                try sink.put(blocks[0]) { block in
                    let dots = putDots(block, of: Int(node))
                    putEntries(
                        plan.tree.nodes[Int(node)].children, into: block, after: dots,
                        inode: inode)
                }
            }
        }
    }

    private func write(
        _ tree: DirectoryShape.HashTree, of node: Int, to blocks: [UInt64], _ sink: BlockSink
    ) throws(Ext2Error) {
        let inode = plan.inode(ofNode: node)
        let firstLeaf = 1 + tree.nodeBlockCount
        let leaves = tree.leaves.indices.map {
            IndexEntry(hash: tree.leaves[$0].hash, block: UInt32(firstLeaf + $0))
        }
        let nodes = stride(from: 0, to: leaves.count, by: DirectoryShape.HashTree.nodeLimit).map {
            leaves[$0..<min($0 + DirectoryShape.HashTree.nodeLimit, leaves.count)]
        }
        let isDeep = tree.nodeBlockCount > 0
        try sink.put(blocks[0]) { block in
            let top =
                isDeep
                ? nodes.enumerated().map {
                    IndexEntry(hash: $1[$1.startIndex].hash, block: UInt32(1 + $0))
                }[...] : leaves[...]
            putRoot(block, of: node, depth: isDeep ? 1 : 0)
            putIndex(
                top, into: block, at: 32, limit: DirectoryShape.HashTree.rootLimit, inode: inode)
        }
        if isDeep {
            for (index, entries) in nodes.enumerated() {
                try sink.put(blocks[1 + index]) { block in
                    // An entry that is in no use and as long as the block.
                    block.put(UInt16(Geometry.blockSize), at: 4)
                    putIndex(
                        entries, into: block, at: 8, limit: DirectoryShape.HashTree.nodeLimit,
                        inode: inode)
                }
            }
        }
        for (index, leaf) in tree.leaves.enumerated() {
            let end =
                index + 1 < tree.leaves.count
                ? Int(tree.leaves[index + 1].first) : tree.nodes.count
            try sink.put(blocks[firstLeaf + index]) { block in
                putEntries(
                    tree.nodes[Int(leaf.first)..<end].lazy.map { Int($0) }, into: block, after: 0,
                    inode: inode)
            }
        }
    }

    /// One line of a hash tree's index: the lowest hash, and the directory's block that has it.
    private struct IndexEntry {
        let hash: UInt32
        let block: UInt32
    }

    /// `.` and `..`; returns where the next entry goes.
    private func putDots(_ block: BlockBytes, of node: Int) -> Int {
        let dot = [UInt8(ascii: ".")]
        let parent = Int(plan.tree.nodes[node].parent)
        putEntry(block, at: 0, size: 12, plan.inode(ofNode: node), .directory, dot[...])
        putEntry(block, at: 12, size: 12, plan.inode(ofNode: parent), .directory, (dot + dot)[...])
        return DirectoryShape.dotsSize
    }

    /// Entries one behind the other; the last one reaches to the tail.
    private func putEntries(
        _ children: some Sequence<Int>, into block: BlockBytes, after start: Int, inode: UInt32
    ) {
        var offset = start
        var last = start > 0 ? 12 : 0
        for child in children {
            let node = plan.tree.nodes[child]
            let size = DirectoryShape.entrySize(node.name.count)
            putEntry(
                block, at: offset, size: size, plan.inode(ofNode: child), node.kind,
                plan.tree[node.name])
            last = offset
            offset += size
        }
        block.put(UInt16(Self.tailOffset - last), at: last + 4)
        block.put(UInt16(12), at: Self.tailOffset + 4)
        block.put(Self.tailType, at: Self.tailOffset + 7)
        let sum = unsafe checksum.checksum(inode: inode, block.prefix(Self.tailOffset))
        block.put(sum, at: Self.tailOffset + 8)
    }

    private func putEntry(
        _ block: BlockBytes, at offset: Int, size: Int, _ inode: UInt32, _ kind: FileKind,
        _ name: ArraySlice<UInt8>
    ) {
        block.put(inode, at: offset)
        block.put(UInt16(size), at: offset + 4)
        block.put(UInt8(name.count), at: offset + 6)
        // EXT4_FT_*: the numbers of `FileKind` are ext4's.
        block.put(kind.rawValue, at: offset + 7)
        block.put(name, at: offset + 8)
    }

    /// The root block's head: `..` hides the index behind it from those that cannot read it.
    private func putRoot(_ block: BlockBytes, of node: Int, depth: UInt8) {
        _ = putDots(block, of: node)
        block.put(UInt16(Geometry.blockSize - 12), at: 12 + 4)
        block.put(Self.hashVersion, at: 24 + 4)
        // The length of this head itself.
        block.put(UInt8(8), at: 24 + 5)
        block.put(depth, at: 24 + 6)
    }

    /// The index: limit and count stand in the place of the first entry's hash, which is 0.
    private func putIndex(
        _ entries: ArraySlice<IndexEntry>, into block: BlockBytes, at offset: Int, limit: Int,
        inode: UInt32
    ) {
        for (index, entry) in entries.enumerated() {
            block.put(entry.hash, at: offset + 8 * index)
            block.put(entry.block, at: offset + 8 * index + 4)
        }
        block.put(UInt16(limit), at: offset)
        block.put(UInt16(entries.count), at: offset + 2)
        let end = offset + 8 * entries.count
        let sum = unsafe checksum.indexChecksum(inode: inode, block.prefix(end))
        block.put(sum, at: offset + 8 * limit + 4)
    }
}

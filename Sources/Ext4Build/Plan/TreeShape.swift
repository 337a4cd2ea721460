internal import SourceTree

/// What a tree needs, whatever the size of the image: computed once, laid out for as many candidate
/// sizes as it takes.
struct TreeShape: Sendable {
    let hashTrees: [UInt32: DirectoryShape.HashTree]
    let attributes: [UInt32: AttributeShape]
    /// Blocks of each file, its directory's or link's included, without holes.
    let blockCounts: [UInt32]
    /// What the layout takes at the least: all of the above, attribute blocks, and the extent blocks
    /// of files with many holes.
    let leastBlocks: UInt64

    /// Targets shorter than this lie in the inode (`ext4_inode_is_fast_symlink`).
    static let fastLinkLimit = 60

    init(
        _ tree: SourceTree, _ order: FileOrder, _ data: DataMap, hashSeed: [UInt8]
    ) throws(PlanError) {
        var hashTrees: [UInt32: DirectoryShape.HashTree] = [:]
        var attributes: [UInt32: AttributeShape] = [:]
        var blockCounts: [UInt32] = []
        blockCounts.reserveCapacity(order.nodes.count)
        var least: UInt64 = 0
        for file in order.nodes.indices {
            let index = Int(order.nodes[file])
            let node = tree.nodes[index]
            var blocks: UInt64 = 0
            var pieces = 1
            switch node.kind {
            case .directory:
                let shape = try DirectoryShape(index, in: tree, hashSeed: hashSeed)
                if case .hashed(let hashTree) = shape { hashTrees[UInt32(file)] = hashTree }
                blocks = UInt64(shape.blockCount)
            case .symbolicLink:
                blocks = node.target.count < Self.fastLinkLimit ? 0 : 1
            case .regular:
                // ext4 counts a file's blocks in 32 bits, and no block has the last number.
                guard DataMap.blockCount(node.size) <= UInt64(UInt32.max) else {
                    throw .fileTooLarge(path: tree.escapedPath(of: index), size: node.size)
                }
                blocks = DataMap.blockCount(node.size)
                if let runs = data.sparseRuns(of: file) {
                    blocks = runs.reduce(0) { $0 + UInt64($1.count) }
                    pieces = runs.count
                }
            case .characterDevice, .blockDevice, .fifo, .socket:
                break
            }
            blockCounts.append(UInt32(blocks))
            least += blocks + UInt64(ExtentTree.blockCount(extentCount: pieces))
            if let list = tree.attributes[UInt32(index)] {
                let shape = try AttributeShape(list, path: tree.escapedPath(of: index))
                attributes[UInt32(file)] = shape
                least += shape.inBlock.isEmpty ? 0 : 1
            }
        }
        self.hashTrees = hashTrees
        self.attributes = attributes
        self.blockCounts = blockCounts
        leastBlocks = least
    }
}

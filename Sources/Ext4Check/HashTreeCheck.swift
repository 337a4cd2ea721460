import Ext4Layout
import ImageBytes

/// Whether the hash tree of one directory holds together: every block is in it once, and the names
/// in it hash to what its nodes say (e2fsck's `parse_int_node` and `check_dx_tree`).
struct HashTreeCheck {
    /// What a block of the directory is in the tree.
    enum BlockKind: UInt8 {
        case missing
        case root
        case node
        case leaf
    }

    /// What is known of one block of the directory.
    private struct Block {
        var kind = BlockKind.missing
        var isFirst = false
        var isLast = false
        /// The first name in it, or in a block below it, is one that e2fsck cannot hash.
        var startsUnhashed = false
        var references = 0
        var parent = 0
        /// The hashes that its parent has it for.
        var allowed: (least: UInt32, most: UInt32) = (0, .max)
        /// The hashes of the names in it, or below it.
        var found: (least: UInt32, most: UInt32) = (.max, 0)
    }

    private let volume: Volume
    private let inode: UInt32
    private var blocks: [Block]
    private var depth = 0
    /// How names are hashed; nil before the root was read, or where it is not sound.
    private(set) var hashVersion: DirectoryHash.Version?

    init(volume: Volume, inode: UInt32, blockCount: UInt64) {
        self.volume = volume
        self.inode = inode
        // More was refused before (`DirectoryPass.affordable`).
        let count = min(blockCount, DirectoryPass.blockLimit(volume))
        blocks = Array(repeating: Block(), count: Int(count))
    }

    /// Takes a block of the directory.
    mutating func enter(
        _ slice: ImageSlice, fileBlock: UInt64, inodeSeed: UInt32, _ log: inout FindingLog
    ) -> BlockKind {
        guard fileBlock < UInt64(blocks.count) else {
            log.add(
                .hashTreeNode, at: .inode(inode, fileBlock: fileBlock),
                "a block past the last that the tree can have")
            return .leaf
        }
        let place = Int(fileBlock)
        let isRoot = place == 0
        if isRoot { readRoot(slice) }
        let isNode = isRoot || isInnerNode(slice)
        blocks[place].kind = isRoot ? .root : (isNode ? .node : .leaf)
        guard isNode else { return .leaf }
        let node = HashTreeNode(slice, isRoot: isRoot)
        parse(node, place, &log)
        if volume.hasMetadataChecksums, !Self.checksumFits(node, inodeSeed) {
            log.add(
                .directoryChecksum, at: .inode(inode, fileBlock: fileBlock),
                "the checksum does not fit the node of the hash tree")
        }
        return blocks[place].kind
    }

    private static func checksumFits(
        _ node: borrowing HashTreeNode, _ inodeSeed: UInt32
    ) -> Bool {
        guard let place = node.checksumOffset else { return false }
        return node.block[Field<UInt32>("dt_checksum", at: place)]
            == MetadataChecksums.hashTree(node, inodeSeed: inodeSeed)
    }

    private mutating func readRoot(_ slice: ImageSlice) {
        let root = HashTreeRootInfo(decoding: slice)
        blocks[0].isFirst = true
        blocks[0].isLast = true
        blocks[0].references = 1
        depth = Int(root.indirectLevels) + 1
        hashVersion = DirectoryHash.Version(rawValue: root.hashVersion)?
            .resolved(unsigned: volume.hashesUnsigned)
    }

    /// Room that the checksum takes at the end of a node.
    private var tailCount: Int { volume.hasMetadataChecksums ? 8 : 0 }

    private func isInnerNode(_ slice: ImageSlice) -> Bool {
        guard let entry = DirectoryEntry(in: slice, at: 0, blockSize: volume.blockSize) else {
            return false
        }
        return entry.inode == 0 && entry.recordLength == volume.blockSize
            && entry.nameLength == 0
            && HashTreeNode(slice, isRoot: false).limit == (volume.blockSize - 8 - tailCount) / 8
    }

    private mutating func parse(
        _ node: borrowing HashTreeNode, _ place: Int, _ log: inout FindingLog
    ) {
        let where_ = FindingPlace.inode(inode, fileBlock: UInt64(place))
        let limit = (volume.blockSize - node.countOffset - tailCount) / 8
        guard node.limit == limit, node.count <= limit else {
            log.add(
                .hashTreeNode, at: where_,
                "limit is \(node.limit), must be \(limit); count is \(node.count)")
            return
        }
        var previous: UInt32 = 0
        for index in 0..<node.entryCount {
            let hash = node.hash(index) & ~1
            let child = Int(node.child(index) & 0xFFF_FFFF)
            guard child < blocks.count else {
                log.add(.hashTreeNode, at: where_, "refers to block \(child) of \(blocks.count)")
                return
            }
            if hash < previous {
                log.add(
                    .hashTreeOrder, at: where_,
                    "the hash 0x\(String(hash, radix: 16)) follows "
                        + "0x\(String(previous, radix: 16))")
                return
            }
            previous = hash
            blocks[child].references += 1
            if blocks[child].references == 1 { blocks[child].parent = place }
            let isLast = index + 1 == node.entryCount
            blocks[child].allowed = (
                hash, isLast ? 0xFFFF_FFFE : node.hash(index + 1) & ~1
            )
            if index == 0 { blocks[child].isFirst = true }
            if isLast { blocks[child].isLast = true }
        }
    }

    /// Takes the hash of a name in a block.
    mutating func add(_ hash: UInt32, fileBlock: UInt64) {
        guard fileBlock < UInt64(blocks.count) else { return }
        let place = Int(fileBlock)
        blocks[place].found.least = min(blocks[place].found.least, hash)
        blocks[place].found.most = max(blocks[place].found.most, hash)
    }

    /// Takes note of a block whose first name libext2fs cannot hash. For such a name e2fsck keeps
    /// the hash of the name before, and here that is one from another block: it does not fit, unless
    /// the block may hold every hash.
    mutating func addUnhashed(fileBlock: UInt64) {
        guard fileBlock < UInt64(blocks.count) else { return }
        blocks[Int(fileBlock)].startsUnhashed = true
    }

    /// After the last block: compares.
    mutating func finish(_ log: inout FindingLog) {
        for place in blocks.indices where blocks[place].kind == .leaf {
            checkDepth(place, &log)
            passUp(place)
        }
        for place in blocks.indices {
            let block = blocks[place]
            if block.references != 1 {
                log.add(
                    .hashTreeNode, at: .inode(inode, fileBlock: UInt64(place)),
                    "\(block.references) nodes of the tree refer to the block")
            }
            if !block.isFirst, block.found.least < block.allowed.least {
                report(place, "the least hash in it", block.found.least, &log)
            }
            if !block.isLast, block.found.most > block.allowed.most {
                report(place, "the greatest hash in it", block.found.most, &log)
            }
            if block.startsUnhashed, !block.isFirst || !block.isLast {
                log.add(
                    .hashTreeOrder, at: .inode(inode, fileBlock: UInt64(place)),
                    "its first name cannot be folded, and e2fsck does not find that it belongs here"
                )
            }
        }
    }

    private func report(
        _ place: Int, _ what: String, _ hash: UInt32, _ log: inout FindingLog
    ) {
        let allowed = blocks[place].allowed
        log.add(
            .hashTreeOrder, at: .inode(inode, fileBlock: UInt64(place)),
            "\(what) is 0x\(String(hash, radix: 16)), its node has it for "
                + "0x\(String(allowed.least, radix: 16)) to 0x\(String(allowed.most, radix: 16))")
    }

    /// Whether a leaf is as many levels below the root as all.
    private func checkDepth(_ place: Int, _ log: inout FindingLog) {
        var level = 0
        var block = place
        while block != 0, level <= depth {
            block = blocks[block].parent
            level += 1
        }
        if blocks[place].references > 0, level != depth {
            log.add(
                .hashTreeNode, at: .inode(inode, fileBlock: UInt64(place)),
                "a leaf at level \(level) of a tree with \(depth)")
        }
    }

    /// Hands a leaf's hashes to the nodes above it.
    private mutating func passUp(_ place: Int) {
        let found = blocks[place].found
        let startsUnhashed = blocks[place].startsUnhashed
        var block = place
        for _ in 0..<max(0, depth - 1) where block != 0 {
            block = blocks[block].parent
            blocks[block].found.least = min(blocks[block].found.least, found.least)
            blocks[block].found.most = max(blocks[block].found.most, found.most)
            if startsUnhashed { blocks[block].startsUnhashed = true }
        }
    }
}

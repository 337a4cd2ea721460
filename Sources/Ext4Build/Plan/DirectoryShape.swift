internal import CExt2FS
internal import SourceTree

/// How the entries of a folder are spread over blocks.
///
/// What fits into one block is a plain list in the order of the names. Anything larger is a hash tree
/// (fs/ext4/namei.c; "dir_index"): block 0 is its root, then come the blocks of its second level if
/// it needs one, then the leaves.
enum DirectoryShape: Sendable {
    case list
    case hashed(HashTree)

    /// The bytes of a block that entries may fill: 12 at its end are the checksum's.
    static let blockCapacity = 4_096 - 12
    /// What a leaf is filled to when it is made: four fifths, as `e2fsck -D` does, so that the first
    /// names that are added later do not split it.
    static let leafCapacity = blockCapacity - 4_096 / 5
    /// `.` and `..`, 12 bytes each.
    static let dotsSize = 24

    /// The leaves of a hash tree and what is in them.
    struct HashTree: Sendable {
        /// The children's nodes in the order of their hashes.
        let nodes: [UInt32]
        let leaves: [Leaf]

        struct Leaf: Sendable {
            /// The index of the first entry in ``nodes``.
            let first: UInt32
            /// The lowest hash; its lowest bit is set where the leaf before ends with the same hash.
            let hash: UInt32
        }

        /// Entries of the root block and of a block of the second level, each with a checksum.
        static let rootLimit = (4_096 - 0x20 - 8) / 8
        static let nodeLimit = (4_096 - 8 - 8) / 8

        /// Blocks between the root and the leaves.
        var nodeBlockCount: Int {
            leaves.count <= Self.rootLimit
                ? 0 : (leaves.count + Self.nodeLimit - 1) / Self.nodeLimit
        }

        var blockCount: Int { 1 + nodeBlockCount + leaves.count }
    }

    var blockCount: Int {
        switch self {
        case .list: 1
        case .hashed(let tree): tree.blockCount
        }
    }

    /// The bytes that the entry of a name takes: 8 before the name, rounded up to 4.
    static func entrySize(_ nameCount: Int) -> Int { (8 + nameCount + 3) & ~3 }

    /// - Throws: ``PlanError/tooManyEntries(path:)`` past what two levels hold (about 8 million names
    ///   of the length of store paths).
    init(_ folder: Int, in tree: SourceTree, hashSeed: [UInt8]) throws(PlanError) {
        let children = tree.nodes[folder].children
        let size = children.reduce(Self.dotsSize) { size, child in
            size + Self.entrySize(tree.nodes[child].name.count)
        }
        guard size > Self.blockCapacity else {
            self = .list
            return
        }
        let hashed = HashTree(children, in: tree, hashSeed: hashSeed)
        guard hashed.nodeBlockCount <= HashTree.rootLimit else {
            throw .tooManyEntries(path: tree.escapedPath(of: folder))
        }
        self = .hashed(hashed)
    }
}

extension DirectoryShape.HashTree {
    private struct Key {
        /// Hash and minor hash, one above the other.
        let hash: UInt64
        let node: UInt32
    }

    init(_ children: Range<Int>, in tree: SourceTree, hashSeed: [UInt8]) {
        // Nodes stand in the order of their names, which settles what the two hashes leave open.
        let keys = children.map { child in
            Key(hash: Self.hash(tree.nodes[child].name, in: tree, hashSeed), node: UInt32(child))
        }.sorted { ($0.hash, $0.node) < ($1.hash, $1.node) }

        var leaves: [Leaf] = []
        var fill = Int.max
        for (index, key) in keys.enumerated() {
            let size = DirectoryShape.entrySize(tree.nodes[Int(key.node)].name.count)
            if fill > DirectoryShape.leafCapacity - size {
                let hash = UInt32(key.hash >> 32)
                let continues = index > 0 && UInt32(keys[index - 1].hash >> 32) == hash
                leaves.append(Leaf(first: UInt32(index), hash: continues ? hash | 1 : hash))
                fill = 0
            }
            fill += size
        }
        nodes = keys.map(\.node)
        self.leaves = leaves
    }

    /// Half MD4 over signed characters, whatever `char` is on the machine: the superblock says so.
    private static func hash(_ name: ByteRange, in tree: SourceTree, _ seed: [UInt8]) -> UInt64 {
        var hash: UInt32 = 0
        var minor: UInt32 = 0
        unsafe tree.bytes.withUnsafeBytes { pool in
            unsafe seed.withUnsafeBytes { seed in
                let name = unsafe UnsafeRawBufferPointer(rebasing: pool[name.range])
                // Fails only for a hash version that it does not know.
                _ = unsafe ext2fs_dirhash2(
                    Int32(EXT2_HASH_HALF_MD4),
                    name.baseAddress?.assumingMemoryBound(to: CChar.self),
                    Int32(name.count), nil, 0,
                    seed.baseAddress?.assumingMemoryBound(to: UInt32.self),
                    &hash, &minor)
            }
        }
        return UInt64(hash) << 32 | UInt64(minor)
    }
}

/// What the check of directories knows of all inodes.
struct DirectoryFacts: Sendable {
    /// By inode number, what it is; empty where it is not in use.
    let traits: SparseTable<InodeTraits>
    /// By inode number, which encryption policy it has, from 1; 0 where it is not encrypted, and
    /// ``unknownPolicy`` where the policy cannot be compared.
    let policies: SparseTable<UInt32>

    static let unknownPolicy = UInt32.max
}

/// A directory to be checked.
struct DirectoryWork: Sendable {
    let inode: UInt32
    /// Its runs of blocks, in the list of all.
    let runs: Range<Int>
    let isInline: Bool
    /// How many blocks its hash tree may refer to; nil where it has none.
    let hashTreeBlocks: UInt64?
}

/// What the check of some directories found.
struct DirectoryResult: Sendable {
    var log = FindingLog()
    /// The inode of every entry, `.` and `..` included.
    var targets: [UInt32] = []
    /// Every entry that is a directory, apart from `.` and `..`.
    var children: [Child] = []
    /// What `..` says in every directory that has one.
    var parents: [Child] = []

    /// That a directory is said to be in another.
    struct Child: Sendable {
        let directory: UInt32
        let parent: UInt32
    }
}

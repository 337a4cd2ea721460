/// What the scan of a part of the inode table found; parts are put together in order.
struct InodeScanResult: Sendable {
    var log = FindingLog()
    /// The maps of the inodes cost more than any sound image; what comes after is not scanned.
    var isTruncated = false
    /// Inodes in use, in rising order.
    var inodes: [InodeFact] = []
    /// Clusters that inodes use, in the order of the inodes.
    var claims: [ClusterClaim] = []
    /// Directory blocks, in the order of the directories.
    var runs: [DirectoryRun] = []
    /// Directories whose content lies in the inode.
    var inlineDirectories: [UInt32] = []
    /// Directories with a hash tree, and the number of blocks it may refer to.
    var hashTrees: [HashTreeDirectory] = []
    /// Attribute blocks, with the inode that uses each.
    var attributeBlocks: [AttributeBlockUse] = []
    /// Inodes that hold attribute values, once for each reference from an inode's body.
    var valueInodes: [UInt32] = []
    /// Encrypted inodes, with their policy.
    var policies: [EncryptedInode] = []
    var usage = QuotaUsage()
    /// A regular file of 2 GiB or more exists.
    var hasLargeFile = false
    /// A directory exists that needs `large_dir`.
    var hasLargeDirectory = false
    /// Blocks on the list of bad blocks.
    var badBlocks: [BadBlock] = []

    /// A block on the list of bad blocks, or one that holds the list.
    struct BadBlock: Sendable {
        let block: UInt64
        let holdsList: Bool
    }
}

/// What later checks need to know of an inode in use.
struct InodeFact: Sendable {
    let number: UInt32
    let links: UInt16
    let traits: InodeTraits
}

/// What an inode is, in few bits.
struct InodeTraits: OptionSet, Sendable {
    let rawValue: UInt16

    static let used = Self(rawValue: 1)
    static let directory = Self(rawValue: 2)
    static let regular = Self(rawValue: 4)
    /// Some field is wrong; it is reported once where the inode is found by name.
    static let bad = Self(rawValue: 8)
    /// Its place in the inode table is on the list of bad blocks.
    static let unreadable = Self(rawValue: 16)
    static let imagic = Self(rawValue: 32)
    static let caseFolded = Self(rawValue: 64)
    static let indexed = Self(rawValue: 128)
    static let holdsAttribute = Self(rawValue: 256)
}

/// A directory with a hash tree.
struct HashTreeDirectory: Sendable {
    let inode: UInt32
    /// How many blocks the directory has.
    let blockCount: UInt64
}

/// That an inode uses an attribute block.
struct AttributeBlockUse: Sendable {
    let block: UInt64
    let inode: UInt32
}

/// That an inode is encrypted, and how.
struct EncryptedInode: Sendable {
    let inode: UInt32
    /// The policy: what the encryption context says apart from its nonce; empty for a version of
    /// contexts that is not known.
    let policy: [UInt8]
}

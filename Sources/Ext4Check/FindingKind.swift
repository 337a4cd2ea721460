/// What sort of thing a finding is; the raw value is the `kind` of the JSON report.
public enum FindingKind: String, Hashable, Sendable, CaseIterable {
    // The superblock and the group descriptors.

    /// No superblock where one should be.
    case superblockMissing = "superblock-missing"
    /// A feature or revision that this program does not know.
    case unsupported
    /// A field of the superblock has an impossible value.
    case superblockField = "superblock-field"
    /// The superblock's checksum does not fit.
    case superblockChecksum = "superblock-checksum"
    /// A time in the superblock lies in the future.
    case superblockTime = "superblock-time"
    /// The primary superblock cannot be used; a backup was.
    case backupUsed = "backup-used"
    /// A backup of the superblock or of the descriptors differs from the primary.
    case backupDiffers = "backup-differs"
    /// A cap of the checker was met: what lies past it was not looked at.
    case limit
    /// Something that this program cannot judge, and `e2fsck` can: it is neither right nor wrong.
    case unchecked
    /// The superblock says that the file system was not unmounted, or has errors.
    case stateFlag = "state-flag"
    /// The image ends before the file system does.
    case imageTooShort = "image-too-short"
    /// The group descriptors lie past the end of the image.
    case descriptorsMissing = "descriptors-missing"
    /// A group descriptor's checksum does not fit.
    case descriptorChecksum = "descriptor-checksum"
    /// A field of a group descriptor has an impossible value.
    case descriptorField = "descriptor-field"
    /// A bitmap or inode table lies outside the file system or its group.
    case metadataPlace = "metadata-place"
    /// A structure of the file system lies where another one does, or a file does.
    case metadataCollision = "metadata-collision"
    /// The list of bad blocks is not sound.
    case badBlockList = "bad-block-list"
    /// The block that guards against multiple mounts is not sound.
    case multiMount = "multi-mount"
    /// The inode that keeps blocks for growing is not as it must be.
    case resizeInode = "resize-inode"

    // The journal, orphans and quotas.

    /// The journal is not sound.
    case journal
    /// The journal holds changes that were not written to their places yet.
    case needsRecovery = "needs-recovery"
    /// Inodes wait to be deleted or truncated at the next mount.
    case orphanList = "orphan-list"
    /// The file of orphans is not sound.
    case orphanFile = "orphan-file"
    /// A quota file does not say what is used.
    case quota

    // Inodes.

    /// Most of a block of the inode table makes no sense.
    case inodeGarbage = "inode-garbage"
    /// An inode's checksum does not fit.
    case inodeChecksum = "inode-checksum"
    /// An inode's size does not fit its blocks.
    case inodeSize = "inode-size"
    /// An inode's count of blocks is wrong.
    case inodeBlocks = "inode-blocks"
    /// A field of an inode has a value it cannot have.
    case inodeField = "inode-field"
    /// An inode is part of a list of orphans.
    case orphanLink = "orphan-link"
    /// A deleted inode has no deletion time.
    case deletedWithoutTime = "deleted-without-time"
    /// An inode in use has a deletion time.
    case deletionTimeInUse = "deletion-time-in-use"
    /// Case folding is set where it cannot be.
    case caseFoldFlag = "case-fold-flag"
    /// Inline data is marked where it cannot be.
    case inlineDataFlag = "inline-data-flag"
    /// Inline data is not sound.
    case inlineData = "inline-data"
    /// The mark for extents does not fit the inode's content.
    case extentFlag = "extent-flag"
    /// An AFS inode without the feature.
    case imagicFlag = "imagic-flag"
    /// The size of an inode's extra fields is impossible.
    case extraSize = "extra-size"
    /// A time that an old kernel wrote wrongly.
    case timeOutOfRange = "time-out-of-range"
    /// An encryption context is missing or corrupt.
    case encryption
    /// A flag that a device, pipe, socket or link cannot have.
    case specialFileFlag = "special-file-flag"
    /// A device, pipe or socket with a size.
    case specialFileSize = "special-file-size"
    /// A directory by its content, but not by its mode.
    case disguisedDirectory = "disguised-directory"
    /// A short symbolic link marked as having extents.
    case fastSymlinkExtents = "fast-symlink-extents"
    /// The root is no directory.
    case rootDirectory = "root-directory"
    /// A system file is not a regular file, or not empty while unused.
    case systemFile = "system-file"
    /// A reserved inode with a mode.
    case reservedInodeMode = "reserved-inode-mode"
    /// A file of 2 GiB or more without the feature.
    case largeFile = "large-file"
    /// A directory that needs large_dir, without the feature.
    case largeDirectory = "large-directory"

    // The blocks of inodes.

    /// The header of an extent tree's root is not sound.
    case extentHeader = "extent-header"
    /// A block of an extent tree is not sound.
    case extentNode = "extent-node"
    /// An extent tree is too deep.
    case extentDepth = "extent-depth"
    /// A node of an extent tree says another depth than it has.
    case extentNodeDepth = "extent-node-depth"
    /// The checksum of a block of an extent tree does not fit.
    case extentChecksum = "extent-checksum"
    /// An extent outside the file system.
    case extentPlace = "extent-place"
    /// Extents out of order.
    case extentOrder = "extent-order"
    /// Extents that overlap, or more blocks than a file can have.
    case extentOverlap = "extent-overlap"
    /// An extent outside what its parent covers.
    case extentBounds = "extent-bounds"
    /// An extent without blocks, or an empty tree node.
    case extentEmpty = "extent-empty"
    /// An index whose start differs from its child's.
    case extentIndexStart = "extent-index-start"
    /// An unwritten extent in a directory.
    case extentUnwrittenDirectory = "extent-unwritten-directory"
    /// Blocks that do not line up with their cluster.
    case clusterAlignment = "cluster-alignment"
    /// A file without extents in a file system of clusters.
    case clusterBlockMap = "cluster-block-map"
    /// A block number outside the file system.
    case blockNumber = "block-number"
    /// A block that belongs to more than one.
    case blockClaimedTwice = "block-claimed-twice"
    /// A block past the largest possible size of a file.
    case fileTooBig = "file-too-big"
    /// A directory past the largest possible size.
    case directoryTooBig = "directory-too-big"

    // Extended attributes.

    /// Attributes that overlap or leave their area.
    case xattrOverlap = "xattr-overlap"
    /// An attribute's name is not sound.
    case xattrName = "xattr-name"
    /// An attribute's value is not sound.
    case xattrValue = "xattr-value"
    /// An attribute's hash does not fit.
    case xattrHash = "xattr-hash"
    /// An attribute's value refers to an inode that does not hold one.
    case xattrInode = "xattr-inode"
    /// An attribute block is not one.
    case xattrBlock = "xattr-block"
    /// The checksum of an attribute block does not fit.
    case xattrChecksum = "xattr-checksum"
    /// An attribute block or inode is used more or less often than it says.
    case xattrReferences = "xattr-references"

    // Directories.

    /// A directory without a block.
    case emptyDirectory = "empty-directory"
    /// A block of a directory is missing.
    case directoryHole = "directory-hole"
    /// The checksum of a directory block is missing or does not fit.
    case directoryChecksum = "directory-checksum"
    /// A directory entry is not sound.
    case directoryEntry = "directory-entry"
    /// The entries . or .. are not as they must be.
    case directoryDots = "directory-dots"
    /// An entry refers to an inode it cannot refer to.
    case entryInode = "entry-inode"
    /// An entry says another type than its inode.
    case entryType = "entry-type"
    /// A name that no entry can have.
    case entryName = "entry-name"
    /// Two entries of one name.
    case entryDuplicate = "entry-duplicate"
    /// A directory with two parents.
    case directoryTwice = "directory-twice"
    /// A hash tree where there can be none.
    case hashTreeFlag = "hash-tree-flag"
    /// The root of a hash tree is not sound.
    case hashTreeRoot = "hash-tree-root"
    /// A node of a hash tree is not sound.
    case hashTreeNode = "hash-tree-node"
    /// The hashes of a tree are out of order or do not fit the names.
    case hashTreeOrder = "hash-tree-order"
    /// An inode in use that no path leads to.
    case disconnected
    /// Directories that contain each other.
    case directoryCycle = "directory-cycle"
    /// A directory's .. is not its parent.
    case parentEntry = "parent-entry"
    /// An inode's count of links is wrong.
    case linkCount = "link-count"

    // Bitmaps and counts.

    /// The block bitmap does not say what is in use.
    case blockBitmap = "block-bitmap"
    /// The inode bitmap does not say what is in use.
    case inodeBitmap = "inode-bitmap"
    /// A bitmap's bits past the last block or inode are not set.
    case bitmapPadding = "bitmap-padding"
    /// A bitmap's checksum does not fit.
    case bitmapChecksum = "bitmap-checksum"
    /// A count of free blocks is wrong.
    case freeBlocks = "free-blocks"
    /// A count of free inodes is wrong.
    case freeInodes = "free-inodes"
    /// A count of directories is wrong.
    case directoryCount = "directory-count"

    // Determinism.

    /// Times other than the epoch.
    case lintTime = "lint-time"
    /// A hash seed that does not follow from the UUID.
    case lintSeed = "lint-hash-seed"
    /// A UUID that was likely drawn at random.
    case lintIdentity = "lint-uuid"
    /// Traces of a mount.
    case lintMounted = "lint-mounted"
    /// Generation numbers other than zero.
    case lintGeneration = "lint-generation"
    /// Tables that were never written, to be filled in by a kernel later.
    case lintLazy = "lint-lazy"
    /// Bytes that carry no meaning and are not zero.
    case lintResidue = "lint-residue"
    /// Entries of a directory out of canonical order.
    case lintEntryOrder = "lint-entry-order"
    /// Inode numbers out of canonical order.
    case lintInodeOrder = "lint-inode-order"

    // Beside the image.

    /// The installed e2fsck comes to another verdict.
    case fsckDisagrees = "fsck-disagrees"
    /// The installed e2fsck could not be asked.
    case fsckUnavailable = "fsck-unavailable"

    /// How bad it is, unless the finding says otherwise.
    public var severity: CheckFinding.Severity {
        switch self {
        case .backupDiffers, .stateFlag, .extentNodeDepth, .fsckDisagrees, .limit: .warning
        case .needsRecovery, .orphanList, .lintTime, .lintSeed, .lintIdentity, .lintMounted,
            .lintGeneration, .lintLazy, .lintResidue, .lintEntryOrder, .lintInodeOrder,
            .fsckUnavailable, .unchecked:
            .note
        default: .error
        }
    }
}

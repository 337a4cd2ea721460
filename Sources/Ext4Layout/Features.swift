/// `s_feature_compat`: features that a reader and a writer may ignore.
public struct CompatibleFeatures: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let directoryPreallocation = Self(rawValue: 0x1)
    public static let imagicInodes = Self(rawValue: 0x2)
    public static let journal = Self(rawValue: 0x4)
    public static let extendedAttributes = Self(rawValue: 0x8)
    public static let resizeInode = Self(rawValue: 0x10)
    public static let directoryIndex = Self(rawValue: 0x20)
    public static let lazyGroups = Self(rawValue: 0x40)
    public static let excludeBitmap = Self(rawValue: 0x100)
    public static let sparseSuper2 = Self(rawValue: 0x200)
    public static let fastCommit = Self(rawValue: 0x400)
    public static let stableInodes = Self(rawValue: 0x800)
    public static let orphanFile = Self(rawValue: 0x1000)

    /// The bits and their names as dumpe2fs prints them.
    public static let names: [(Self, String)] = [
        (.directoryPreallocation, "dir_prealloc"), (.imagicInodes, "imagic_inodes"),
        (.journal, "has_journal"), (.extendedAttributes, "ext_attr"),
        (.resizeInode, "resize_inode"), (.directoryIndex, "dir_index"),
        (.lazyGroups, "lazy_bg"), (.excludeBitmap, "snapshot_bitmap"),
        (.sparseSuper2, "sparse_super2"), (.fastCommit, "fast_commit"),
        (.stableInodes, "stable_inodes"), (.orphanFile, "orphan_file"),
    ]
}

/// `s_feature_incompat`: features without which nobody can read the file system.
public struct IncompatibleFeatures: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let compression = Self(rawValue: 0x1)
    public static let fileType = Self(rawValue: 0x2)
    public static let needsRecovery = Self(rawValue: 0x4)
    public static let journalDevice = Self(rawValue: 0x8)
    public static let metaBlockGroups = Self(rawValue: 0x10)
    public static let extents = Self(rawValue: 0x40)
    public static let wideBlocks = Self(rawValue: 0x80)
    public static let multiMountProtection = Self(rawValue: 0x100)
    public static let flexibleGroups = Self(rawValue: 0x200)
    public static let xattrInodes = Self(rawValue: 0x400)
    public static let directoryData = Self(rawValue: 0x1000)
    public static let checksumSeed = Self(rawValue: 0x2000)
    public static let largeDirectories = Self(rawValue: 0x4000)
    public static let inlineData = Self(rawValue: 0x8000)
    public static let encryption = Self(rawValue: 0x10000)
    public static let caseFolding = Self(rawValue: 0x20000)

    /// What this reader understands.
    public static let supported: Self = [
        .fileType, .needsRecovery, .metaBlockGroups, .extents, .wideBlocks,
        .multiMountProtection, .flexibleGroups, .xattrInodes, .checksumSeed, .largeDirectories,
        .inlineData, .encryption, .caseFolding,
    ]

    /// The bits and their names as dumpe2fs prints them.
    public static let names: [(Self, String)] = [
        (.compression, "compression"), (.fileType, "filetype"),
        (.needsRecovery, "needs_recovery"), (.journalDevice, "journal_dev"),
        (.metaBlockGroups, "meta_bg"), (.extents, "extent"), (.wideBlocks, "64bit"),
        (.multiMountProtection, "mmp"), (.flexibleGroups, "flex_bg"),
        (.xattrInodes, "ea_inode"), (.directoryData, "dirdata"),
        (.checksumSeed, "metadata_csum_seed"), (.largeDirectories, "large_dir"),
        (.inlineData, "inline_data"), (.encryption, "encrypt"), (.caseFolding, "casefold"),
    ]
}

/// `s_feature_ro_compat`: features that a reader may ignore and a writer may not.
public struct ReadOnlyFeatures: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let sparseSuper = Self(rawValue: 0x1)
    public static let largeFile = Self(rawValue: 0x2)
    public static let hugeFile = Self(rawValue: 0x8)
    public static let descriptorChecksums = Self(rawValue: 0x10)
    public static let directoryLinkOverflow = Self(rawValue: 0x20)
    public static let extraInodeSize = Self(rawValue: 0x40)
    public static let snapshot = Self(rawValue: 0x80)
    public static let quota = Self(rawValue: 0x100)
    public static let clusters = Self(rawValue: 0x200)
    public static let metadataChecksums = Self(rawValue: 0x400)
    public static let replica = Self(rawValue: 0x800)
    public static let readOnly = Self(rawValue: 0x1000)
    public static let projectQuota = Self(rawValue: 0x2000)
    public static let sharedBlocks = Self(rawValue: 0x4000)
    public static let verity = Self(rawValue: 0x8000)
    public static let orphansPresent = Self(rawValue: 0x10000)

    /// The bits and their names as dumpe2fs prints them.
    public static let names: [(Self, String)] = [
        (.sparseSuper, "sparse_super"), (.largeFile, "large_file"), (.hugeFile, "huge_file"),
        (.descriptorChecksums, "uninit_bg"), (.directoryLinkOverflow, "dir_nlink"),
        (.extraInodeSize, "extra_isize"), (.snapshot, "has_snapshot"), (.quota, "quota"),
        (.clusters, "bigalloc"), (.metadataChecksums, "metadata_csum"), (.replica, "replica"),
        (.readOnly, "read-only"), (.projectQuota, "project"), (.sharedBlocks, "shared_blocks"),
        (.verity, "verity"), (.orphansPresent, "orphan_present"),
    ]
}

extension Superblock {
    /// The names of all features that are on, as dumpe2fs prints them; `FEATURE_C31` and the like
    /// for a bit that has no name.
    public var featureNames: [String] {
        names(of: compatible.rawValue, from: CompatibleFeatures.names, unknown: "C")
            + names(of: incompatible.rawValue, from: IncompatibleFeatures.names, unknown: "I")
            + names(of: readOnly.rawValue, from: ReadOnlyFeatures.names, unknown: "R")
    }

    private func names<Set: OptionSet>(
        of bits: UInt32, from table: [(Set, String)], unknown letter: String
    ) -> [String] where Set.RawValue == UInt32 {
        (0..<32).filter { bits >> $0 & 1 == 1 }.map { bit in
            table.first { $0.0.rawValue == 1 << bit }?.1 ?? "FEATURE_\(letter)\(bit)"
        }
    }
}

internal import CExt2FS

/// The feature sets of the canonical image. They are the same whatever the size.
enum Feature {
    static func compatible(journal: Bool) -> UInt32 {
        UInt32(EXT2_FEATURE_COMPAT_EXT_ATTR)
            | UInt32(EXT2_FEATURE_COMPAT_RESIZE_INODE) | UInt32(EXT2_FEATURE_COMPAT_DIR_INDEX)
            | (journal ? UInt32(EXT3_FEATURE_COMPAT_HAS_JOURNAL) : 0)
    }

    static let incompatible =
        UInt32(EXT2_FEATURE_INCOMPAT_FILETYPE) | UInt32(EXT3_FEATURE_INCOMPAT_EXTENTS)
        | UInt32(EXT4_FEATURE_INCOMPAT_64BIT) | UInt32(EXT4_FEATURE_INCOMPAT_FLEX_BG)

    static let readOnlyCompatible =
        UInt32(EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER) | UInt32(EXT2_FEATURE_RO_COMPAT_LARGE_FILE)
        | UInt32(EXT4_FEATURE_RO_COMPAT_HUGE_FILE) | UInt32(EXT4_FEATURE_RO_COMPAT_DIR_NLINK)
        | UInt32(EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE)
        | UInt32(EXT4_FEATURE_RO_COMPAT_METADATA_CSUM)
}

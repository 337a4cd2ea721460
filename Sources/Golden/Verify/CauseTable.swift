/// Which cause a fact of a golden stands for when it changes.
public enum CauseTable {
    /// The cause of a superblock field, by the kernel's name.
    public static func cause(ofSuperblockField name: String) -> Cause.Name {
        superblock[name] ?? .geometry
    }

    /// The cause of a fact of a group's line.
    static func cause(ofGroupFact name: String) -> Cause.Name {
        switch name {
        case "bg_block_bitmap_csum", "bg_inode_bitmap_csum", "bg_checksum": .checksum
        case "bg_free_blocks_count", "bg_free_inodes_count", "bg_used_dirs_count",
            "bg_itable_unused":
            .count
        case "bg_flags": .features
        default: .geometry
        }
    }

    /// The cause of a fact of an entry's line.
    static func cause(ofEntryFact name: Substring) -> Cause.Name {
        switch name {
        case "time", "atime", "ctime", "btime": .timestamp
        case "mode", "flags": .mode
        case "uid", "gid", "project": .owner
        case "nlink", "hardlink": .hardLinks
        case let name where name.hasPrefix("xattr."): .xattr
        default: .content
        }
    }

    private static let superblock: [String: Cause.Name] = {
        var table: [String: Cause.Name] = [:]
        for (cause, names) in fields {
            for name in names { table[name] = cause }
        }
        return table
    }()

    private static let fields: [(Cause.Name, [String])] = [
        (.uuid, ["s_uuid"]),
        (.label, ["s_volume_name"]),
        (.hashSeed, ["s_hash_seed"]),
        (
            .timestamp,
            [
                "s_wtime", "s_wtime_hi", "s_mkfs_time", "s_mkfs_time_hi", "s_lastcheck",
                "s_lastcheck_hi", "s_first_error_time", "s_last_error_time",
                "s_first_error_time_hi", "s_last_error_time_hi",
            ]
        ),
        (
            .mounted,
            [
                "s_mtime", "s_mtime_hi", "s_mnt_count", "s_last_mounted", "s_kbytes_written",
                "s_state", "s_last_orphan",
            ]
        ),
        (
            .features,
            [
                "s_feature_compat", "s_feature_incompat", "s_feature_ro_compat", "s_flags",
                "s_default_mount_opts", "s_mount_opts", "s_def_hash_version", "s_errors",
                "s_max_mnt_count", "s_checkinterval", "s_def_resuid", "s_def_resgid",
                "s_creator_os", "s_checksum_type", "s_encoding", "s_encoding_flags",
            ]
        ),
        (
            .journal,
            [
                "s_journal_uuid", "s_journal_inum", "s_journal_dev", "s_jnl_backup_type",
                "s_jnl_blocks",
            ]
        ),
        (.checksum, ["s_checksum", "s_checksum_seed"]),
        (
            .count,
            [
                "s_free_blocks_count", "s_free_blocks_hi", "s_free_inodes_count",
                "s_overhead_clusters",
            ]
        ),
    ]
}

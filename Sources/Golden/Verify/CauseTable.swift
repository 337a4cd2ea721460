import Ext4Layout
import ImageBytes

/// Which cause a fact of a golden stands for when it changes.
public enum CauseTable {
    /// The cause of a superblock field, by the kernel's name; what nobody knows a meaning of explains
    /// nothing.
    public static func cause(ofSuperblockField name: String) -> Cause.Name {
        superblock[name] ?? (known.contains(name) ? .geometry : .unexplained)
    }

    private static let known = Set(Superblock.layout.map(\.description))

    /// The cause of a fact of a group's line.
    static func cause(ofGroupFact name: String) -> Cause.Name {
        switch name {
        case "bg_block_bitmap_csum", "bg_inode_bitmap_csum", "bg_checksum": .checksum
        case "bg_free_blocks_count", "bg_free_inodes_count", "bg_used_dirs_count",
            "bg_itable_unused":
            .count
        case "bg_flags": .features
        case "bg_block_bitmap", "bg_inode_bitmap", "bg_inode_table": .geometry
        default: .unexplained
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
        case "type", "size", "content", "link", "device": .content
        default: .unexplained
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
        // The seed of all checksums stands for the UUID, and may be another one without it.
        (.uuid, ["s_uuid", "s_checksum_seed"]),
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
                "s_state", "s_last_orphan", "s_error_count", "s_first_error_ino",
                "s_first_error_block", "s_first_error_func", "s_first_error_line",
                "s_first_error_errcode", "s_last_error_ino", "s_last_error_block",
                "s_last_error_func", "s_last_error_line", "s_last_error_errcode",
            ]
        ),
        (
            .features,
            [
                "s_feature_compat", "s_feature_incompat", "s_feature_ro_compat", "s_flags",
                "s_default_mount_opts", "s_mount_opts", "s_def_hash_version", "s_errors",
                "s_max_mnt_count", "s_checkinterval", "s_def_resuid", "s_def_resgid",
                "s_creator_os", "s_checksum_type", "s_encoding", "s_encoding_flags",
                "s_usr_quota_inum", "s_grp_quota_inum", "s_prj_quota_inum",
                "s_min_extra_isize", "s_want_extra_isize", "s_mmp_update_interval",
                "s_mmp_block", "s_encrypt_algos", "s_encrypt_pw_salt", "s_encryption_level",
                "s_minor_rev_level", "s_rev_level", "s_raid_stride", "s_raid_stripe_width",
            ]
        ),
        (.unexplained, ["s_reserved", "s_reserved_pad", "s_magic"]),
        (.inodeOrder, ["s_lpf_ino", "s_orphan_file_inum"]),
        (
            .journal,
            [
                "s_journal_uuid", "s_journal_inum", "s_journal_dev", "s_jnl_backup_type",
                "s_jnl_blocks",
            ]
        ),
        (.checksum, ["s_checksum"]),
        (
            .count,
            [
                "s_free_blocks_count", "s_free_blocks_hi", "s_free_inodes_count",
                "s_overhead_clusters",
            ]
        ),
    ]
}

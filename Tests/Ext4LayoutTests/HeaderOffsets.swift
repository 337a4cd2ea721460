import CExt2FS
import Ext4Layout
import ImageBytes

/// The offsets of the C header that libext2fs is compiled with, by our structures and its names.
enum HeaderOffsets {
    static var superblock: [String: Int?] {
        typealias C = ext2_super_block
        var offsets: [String: Int?] = [:]
        offsets["s_inodes_count"] = MemoryLayout<C>.offset(of: \.s_inodes_count)
        offsets["s_blocks_count"] = MemoryLayout<C>.offset(of: \.s_blocks_count)
        offsets["s_r_blocks_count"] = MemoryLayout<C>.offset(of: \.s_r_blocks_count)
        offsets["s_free_blocks_count"] = MemoryLayout<C>.offset(of: \.s_free_blocks_count)
        offsets["s_free_inodes_count"] = MemoryLayout<C>.offset(of: \.s_free_inodes_count)
        offsets["s_first_data_block"] = MemoryLayout<C>.offset(of: \.s_first_data_block)
        offsets["s_log_block_size"] = MemoryLayout<C>.offset(of: \.s_log_block_size)
        offsets["s_log_cluster_size"] = MemoryLayout<C>.offset(of: \.s_log_cluster_size)
        offsets["s_blocks_per_group"] = MemoryLayout<C>.offset(of: \.s_blocks_per_group)
        offsets["s_clusters_per_group"] = MemoryLayout<C>.offset(of: \.s_clusters_per_group)
        offsets["s_inodes_per_group"] = MemoryLayout<C>.offset(of: \.s_inodes_per_group)
        offsets["s_mtime"] = MemoryLayout<C>.offset(of: \.s_mtime)
        offsets["s_wtime"] = MemoryLayout<C>.offset(of: \.s_wtime)
        offsets["s_mnt_count"] = MemoryLayout<C>.offset(of: \.s_mnt_count)
        offsets["s_max_mnt_count"] = MemoryLayout<C>.offset(of: \.s_max_mnt_count)
        offsets["s_magic"] = MemoryLayout<C>.offset(of: \.s_magic)
        offsets["s_state"] = MemoryLayout<C>.offset(of: \.s_state)
        offsets["s_errors"] = MemoryLayout<C>.offset(of: \.s_errors)
        offsets["s_minor_rev_level"] = MemoryLayout<C>.offset(of: \.s_minor_rev_level)
        offsets["s_lastcheck"] = MemoryLayout<C>.offset(of: \.s_lastcheck)
        offsets["s_checkinterval"] = MemoryLayout<C>.offset(of: \.s_checkinterval)
        offsets["s_creator_os"] = MemoryLayout<C>.offset(of: \.s_creator_os)
        offsets["s_rev_level"] = MemoryLayout<C>.offset(of: \.s_rev_level)
        offsets["s_def_resuid"] = MemoryLayout<C>.offset(of: \.s_def_resuid)
        offsets["s_def_resgid"] = MemoryLayout<C>.offset(of: \.s_def_resgid)
        offsets["s_first_ino"] = MemoryLayout<C>.offset(of: \.s_first_ino)
        offsets["s_inode_size"] = MemoryLayout<C>.offset(of: \.s_inode_size)
        offsets["s_block_group_nr"] = MemoryLayout<C>.offset(of: \.s_block_group_nr)
        offsets["s_feature_compat"] = MemoryLayout<C>.offset(of: \.s_feature_compat)
        offsets["s_feature_incompat"] = MemoryLayout<C>.offset(of: \.s_feature_incompat)
        offsets["s_feature_ro_compat"] = MemoryLayout<C>.offset(of: \.s_feature_ro_compat)
        offsets["s_uuid"] = MemoryLayout<C>.offset(of: \.s_uuid)
        offsets["s_volume_name"] = MemoryLayout<C>.offset(of: \.s_volume_name)
        offsets["s_last_mounted"] = MemoryLayout<C>.offset(of: \.s_last_mounted)
        offsets["s_algorithm_usage_bitmap"] = MemoryLayout<C>.offset(of: \.s_algorithm_usage_bitmap)
        offsets["s_prealloc_blocks"] = MemoryLayout<C>.offset(of: \.s_prealloc_blocks)
        offsets["s_prealloc_dir_blocks"] = MemoryLayout<C>.offset(of: \.s_prealloc_dir_blocks)
        offsets["s_reserved_gdt_blocks"] = MemoryLayout<C>.offset(of: \.s_reserved_gdt_blocks)
        offsets["s_journal_uuid"] = MemoryLayout<C>.offset(of: \.s_journal_uuid)
        offsets["s_journal_inum"] = MemoryLayout<C>.offset(of: \.s_journal_inum)
        offsets["s_journal_dev"] = MemoryLayout<C>.offset(of: \.s_journal_dev)
        offsets["s_last_orphan"] = MemoryLayout<C>.offset(of: \.s_last_orphan)
        offsets["s_hash_seed"] = MemoryLayout<C>.offset(of: \.s_hash_seed)
        offsets["s_def_hash_version"] = MemoryLayout<C>.offset(of: \.s_def_hash_version)
        offsets["s_jnl_backup_type"] = MemoryLayout<C>.offset(of: \.s_jnl_backup_type)
        offsets["s_desc_size"] = MemoryLayout<C>.offset(of: \.s_desc_size)
        offsets["s_default_mount_opts"] = MemoryLayout<C>.offset(of: \.s_default_mount_opts)
        offsets["s_first_meta_bg"] = MemoryLayout<C>.offset(of: \.s_first_meta_bg)
        offsets["s_mkfs_time"] = MemoryLayout<C>.offset(of: \.s_mkfs_time)
        offsets["s_jnl_blocks"] = MemoryLayout<C>.offset(of: \.s_jnl_blocks)
        offsets["s_blocks_count_hi"] = MemoryLayout<C>.offset(of: \.s_blocks_count_hi)
        offsets["s_r_blocks_count_hi"] = MemoryLayout<C>.offset(of: \.s_r_blocks_count_hi)
        offsets["s_free_blocks_hi"] = MemoryLayout<C>.offset(of: \.s_free_blocks_hi)
        offsets["s_min_extra_isize"] = MemoryLayout<C>.offset(of: \.s_min_extra_isize)
        offsets["s_want_extra_isize"] = MemoryLayout<C>.offset(of: \.s_want_extra_isize)
        offsets["s_flags"] = MemoryLayout<C>.offset(of: \.s_flags)
        offsets["s_raid_stride"] = MemoryLayout<C>.offset(of: \.s_raid_stride)
        offsets["s_mmp_update_interval"] = MemoryLayout<C>.offset(of: \.s_mmp_update_interval)
        offsets["s_mmp_block"] = MemoryLayout<C>.offset(of: \.s_mmp_block)
        offsets["s_raid_stripe_width"] = MemoryLayout<C>.offset(of: \.s_raid_stripe_width)
        offsets["s_log_groups_per_flex"] = MemoryLayout<C>.offset(of: \.s_log_groups_per_flex)
        offsets["s_checksum_type"] = MemoryLayout<C>.offset(of: \.s_checksum_type)
        offsets["s_encryption_level"] = MemoryLayout<C>.offset(of: \.s_encryption_level)
        offsets["s_reserved_pad"] = MemoryLayout<C>.offset(of: \.s_reserved_pad)
        offsets["s_kbytes_written"] = MemoryLayout<C>.offset(of: \.s_kbytes_written)
        offsets["s_snapshot_inum"] = MemoryLayout<C>.offset(of: \.s_snapshot_inum)
        offsets["s_snapshot_id"] = MemoryLayout<C>.offset(of: \.s_snapshot_id)
        offsets["s_snapshot_r_blocks_count"] = MemoryLayout<C>.offset(
            of: \.s_snapshot_r_blocks_count)
        offsets["s_snapshot_list"] = MemoryLayout<C>.offset(of: \.s_snapshot_list)
        offsets["s_error_count"] = MemoryLayout<C>.offset(of: \.s_error_count)
        offsets["s_first_error_time"] = MemoryLayout<C>.offset(of: \.s_first_error_time)
        offsets["s_first_error_ino"] = MemoryLayout<C>.offset(of: \.s_first_error_ino)
        offsets["s_first_error_block"] = MemoryLayout<C>.offset(of: \.s_first_error_block)
        offsets["s_first_error_func"] = MemoryLayout<C>.offset(of: \.s_first_error_func)
        offsets["s_first_error_line"] = MemoryLayout<C>.offset(of: \.s_first_error_line)
        offsets["s_last_error_time"] = MemoryLayout<C>.offset(of: \.s_last_error_time)
        offsets["s_last_error_ino"] = MemoryLayout<C>.offset(of: \.s_last_error_ino)
        offsets["s_last_error_line"] = MemoryLayout<C>.offset(of: \.s_last_error_line)
        offsets["s_last_error_block"] = MemoryLayout<C>.offset(of: \.s_last_error_block)
        offsets["s_last_error_func"] = MemoryLayout<C>.offset(of: \.s_last_error_func)
        offsets["s_mount_opts"] = MemoryLayout<C>.offset(of: \.s_mount_opts)
        offsets["s_usr_quota_inum"] = MemoryLayout<C>.offset(of: \.s_usr_quota_inum)
        offsets["s_grp_quota_inum"] = MemoryLayout<C>.offset(of: \.s_grp_quota_inum)
        offsets["s_overhead_clusters"] = MemoryLayout<C>.offset(of: \.s_overhead_clusters)
        offsets["s_backup_bgs"] = MemoryLayout<C>.offset(of: \.s_backup_bgs)
        offsets["s_encrypt_algos"] = MemoryLayout<C>.offset(of: \.s_encrypt_algos)
        offsets["s_encrypt_pw_salt"] = MemoryLayout<C>.offset(of: \.s_encrypt_pw_salt)
        offsets["s_lpf_ino"] = MemoryLayout<C>.offset(of: \.s_lpf_ino)
        offsets["s_prj_quota_inum"] = MemoryLayout<C>.offset(of: \.s_prj_quota_inum)
        offsets["s_checksum_seed"] = MemoryLayout<C>.offset(of: \.s_checksum_seed)
        offsets["s_wtime_hi"] = MemoryLayout<C>.offset(of: \.s_wtime_hi)
        offsets["s_mtime_hi"] = MemoryLayout<C>.offset(of: \.s_mtime_hi)
        offsets["s_mkfs_time_hi"] = MemoryLayout<C>.offset(of: \.s_mkfs_time_hi)
        offsets["s_lastcheck_hi"] = MemoryLayout<C>.offset(of: \.s_lastcheck_hi)
        offsets["s_first_error_time_hi"] = MemoryLayout<C>.offset(of: \.s_first_error_time_hi)
        offsets["s_last_error_time_hi"] = MemoryLayout<C>.offset(of: \.s_last_error_time_hi)
        offsets["s_first_error_errcode"] = MemoryLayout<C>.offset(of: \.s_first_error_errcode)
        offsets["s_last_error_errcode"] = MemoryLayout<C>.offset(of: \.s_last_error_errcode)
        offsets["s_encoding"] = MemoryLayout<C>.offset(of: \.s_encoding)
        offsets["s_encoding_flags"] = MemoryLayout<C>.offset(of: \.s_encoding_flags)
        offsets["s_orphan_file_inum"] = MemoryLayout<C>.offset(of: \.s_orphan_file_inum)
        offsets["s_reserved"] = MemoryLayout<C>.offset(of: \.s_reserved)
        offsets["s_checksum"] = MemoryLayout<C>.offset(of: \.s_checksum)
        return offsets
    }

    static var groupDescriptor: [String: Int?] {
        typealias C = ext4_group_desc
        var offsets: [String: Int?] = [:]
        offsets["bg_block_bitmap"] = MemoryLayout<C>.offset(of: \.bg_block_bitmap)
        offsets["bg_inode_bitmap"] = MemoryLayout<C>.offset(of: \.bg_inode_bitmap)
        offsets["bg_inode_table"] = MemoryLayout<C>.offset(of: \.bg_inode_table)
        offsets["bg_free_blocks_count"] = MemoryLayout<C>.offset(of: \.bg_free_blocks_count)
        offsets["bg_free_inodes_count"] = MemoryLayout<C>.offset(of: \.bg_free_inodes_count)
        offsets["bg_used_dirs_count"] = MemoryLayout<C>.offset(of: \.bg_used_dirs_count)
        offsets["bg_flags"] = MemoryLayout<C>.offset(of: \.bg_flags)
        offsets["bg_exclude_bitmap_lo"] = MemoryLayout<C>.offset(of: \.bg_exclude_bitmap_lo)
        offsets["bg_block_bitmap_csum_lo"] = MemoryLayout<C>.offset(of: \.bg_block_bitmap_csum_lo)
        offsets["bg_inode_bitmap_csum_lo"] = MemoryLayout<C>.offset(of: \.bg_inode_bitmap_csum_lo)
        offsets["bg_itable_unused"] = MemoryLayout<C>.offset(of: \.bg_itable_unused)
        offsets["bg_checksum"] = MemoryLayout<C>.offset(of: \.bg_checksum)
        offsets["bg_block_bitmap_hi"] = MemoryLayout<C>.offset(of: \.bg_block_bitmap_hi)
        offsets["bg_inode_bitmap_hi"] = MemoryLayout<C>.offset(of: \.bg_inode_bitmap_hi)
        offsets["bg_inode_table_hi"] = MemoryLayout<C>.offset(of: \.bg_inode_table_hi)
        offsets["bg_free_blocks_count_hi"] = MemoryLayout<C>.offset(of: \.bg_free_blocks_count_hi)
        offsets["bg_free_inodes_count_hi"] = MemoryLayout<C>.offset(of: \.bg_free_inodes_count_hi)
        offsets["bg_used_dirs_count_hi"] = MemoryLayout<C>.offset(of: \.bg_used_dirs_count_hi)
        offsets["bg_itable_unused_hi"] = MemoryLayout<C>.offset(of: \.bg_itable_unused_hi)
        offsets["bg_exclude_bitmap_hi"] = MemoryLayout<C>.offset(of: \.bg_exclude_bitmap_hi)
        offsets["bg_block_bitmap_csum_hi"] = MemoryLayout<C>.offset(of: \.bg_block_bitmap_csum_hi)
        offsets["bg_inode_bitmap_csum_hi"] = MemoryLayout<C>.offset(of: \.bg_inode_bitmap_csum_hi)
        offsets["bg_reserved"] = MemoryLayout<C>.offset(of: \.bg_reserved)
        return offsets
    }

    static var inode: [String: Int?] {
        typealias C = ext2_inode_large
        var offsets: [String: Int?] = [:]
        offsets["i_mode"] = MemoryLayout<C>.offset(of: \.i_mode)
        offsets["i_uid"] = MemoryLayout<C>.offset(of: \.i_uid)
        offsets["i_size"] = MemoryLayout<C>.offset(of: \.i_size)
        offsets["i_atime"] = MemoryLayout<C>.offset(of: \.i_atime)
        offsets["i_ctime"] = MemoryLayout<C>.offset(of: \.i_ctime)
        offsets["i_mtime"] = MemoryLayout<C>.offset(of: \.i_mtime)
        offsets["i_dtime"] = MemoryLayout<C>.offset(of: \.i_dtime)
        offsets["i_gid"] = MemoryLayout<C>.offset(of: \.i_gid)
        offsets["i_links_count"] = MemoryLayout<C>.offset(of: \.i_links_count)
        offsets["i_blocks"] = MemoryLayout<C>.offset(of: \.i_blocks)
        offsets["i_flags"] = MemoryLayout<C>.offset(of: \.i_flags)
        offsets["i_block"] = MemoryLayout<C>.offset(of: \.i_block)
        offsets["i_generation"] = MemoryLayout<C>.offset(of: \.i_generation)
        offsets["i_file_acl"] = MemoryLayout<C>.offset(of: \.i_file_acl)
        offsets["i_size_high"] = MemoryLayout<C>.offset(of: \.i_size_high)
        offsets["i_faddr"] = MemoryLayout<C>.offset(of: \.i_faddr)
        offsets["i_extra_isize"] = MemoryLayout<C>.offset(of: \.i_extra_isize)
        offsets["i_checksum_hi"] = MemoryLayout<C>.offset(of: \.i_checksum_hi)
        offsets["i_ctime_extra"] = MemoryLayout<C>.offset(of: \.i_ctime_extra)
        offsets["i_mtime_extra"] = MemoryLayout<C>.offset(of: \.i_mtime_extra)
        offsets["i_atime_extra"] = MemoryLayout<C>.offset(of: \.i_atime_extra)
        offsets["i_crtime"] = MemoryLayout<C>.offset(of: \.i_crtime)
        offsets["i_crtime_extra"] = MemoryLayout<C>.offset(of: \.i_crtime_extra)
        offsets["i_version_hi"] = MemoryLayout<C>.offset(of: \.i_version_hi)
        offsets["i_projid"] = MemoryLayout<C>.offset(of: \.i_projid)
        return offsets
    }

    static var extentHeader: [String: Int?] {
        typealias C = ext3_extent_header
        var offsets: [String: Int?] = [:]
        offsets["eh_magic"] = MemoryLayout<C>.offset(of: \.eh_magic)
        offsets["eh_entries"] = MemoryLayout<C>.offset(of: \.eh_entries)
        offsets["eh_max"] = MemoryLayout<C>.offset(of: \.eh_max)
        offsets["eh_depth"] = MemoryLayout<C>.offset(of: \.eh_depth)
        offsets["eh_generation"] = MemoryLayout<C>.offset(of: \.eh_generation)
        return offsets
    }

    static var extentLeaf: [String: Int?] {
        typealias C = ext3_extent
        var offsets: [String: Int?] = [:]
        offsets["ee_block"] = MemoryLayout<C>.offset(of: \.ee_block)
        offsets["ee_len"] = MemoryLayout<C>.offset(of: \.ee_len)
        offsets["ee_start_hi"] = MemoryLayout<C>.offset(of: \.ee_start_hi)
        offsets["ee_start"] = MemoryLayout<C>.offset(of: \.ee_start)
        return offsets
    }

    static var extentIndex: [String: Int?] {
        typealias C = ext3_extent_idx
        var offsets: [String: Int?] = [:]
        offsets["ei_block"] = MemoryLayout<C>.offset(of: \.ei_block)
        offsets["ei_leaf"] = MemoryLayout<C>.offset(of: \.ei_leaf)
        offsets["ei_leaf_hi"] = MemoryLayout<C>.offset(of: \.ei_leaf_hi)
        offsets["ei_unused"] = MemoryLayout<C>.offset(of: \.ei_unused)
        return offsets
    }

    static var directoryEntry: [String: Int?] {
        typealias C = ext2_dir_entry_2
        var offsets: [String: Int?] = [:]
        offsets["inode"] = MemoryLayout<C>.offset(of: \.inode)
        offsets["rec_len"] = MemoryLayout<C>.offset(of: \.rec_len)
        offsets["name_len"] = MemoryLayout<C>.offset(of: \.name_len)
        offsets["file_type"] = MemoryLayout<C>.offset(of: \.file_type)
        return offsets
    }

    static var directoryTail: [String: Int?] {
        typealias C = ext2_dir_entry_tail
        var offsets: [String: Int?] = [:]
        offsets["det_reserved_zero1"] = MemoryLayout<C>.offset(of: \.det_reserved_zero1)
        offsets["det_rec_len"] = MemoryLayout<C>.offset(of: \.det_rec_len)
        offsets["det_reserved_name_len"] = MemoryLayout<C>.offset(of: \.det_reserved_name_len)
        offsets["det_checksum"] = MemoryLayout<C>.offset(of: \.det_checksum)
        return offsets
    }

    static var hashTreeRootInfo: [String: Int?] {
        typealias C = ext2_dx_root_info
        var offsets: [String: Int?] = [:]
        offsets["reserved_zero"] = MemoryLayout<C>.offset(of: \.reserved_zero)
        offsets["hash_version"] = MemoryLayout<C>.offset(of: \.hash_version)
        offsets["info_length"] = MemoryLayout<C>.offset(of: \.info_length)
        offsets["indirect_levels"] = MemoryLayout<C>.offset(of: \.indirect_levels)
        offsets["unused_flags"] = MemoryLayout<C>.offset(of: \.unused_flags)
        return offsets
    }

    static var xattrHeader: [String: Int?] {
        typealias C = ext2_ext_attr_header
        var offsets: [String: Int?] = [:]
        offsets["h_magic"] = MemoryLayout<C>.offset(of: \.h_magic)
        offsets["h_refcount"] = MemoryLayout<C>.offset(of: \.h_refcount)
        offsets["h_blocks"] = MemoryLayout<C>.offset(of: \.h_blocks)
        offsets["h_hash"] = MemoryLayout<C>.offset(of: \.h_hash)
        offsets["h_checksum"] = MemoryLayout<C>.offset(of: \.h_checksum)
        offsets["h_reserved"] = MemoryLayout<C>.offset(of: \.h_reserved)
        return offsets
    }

    static var xattrEntry: [String: Int?] {
        typealias C = ext2_ext_attr_entry
        var offsets: [String: Int?] = [:]
        offsets["e_name_len"] = MemoryLayout<C>.offset(of: \.e_name_len)
        offsets["e_name_index"] = MemoryLayout<C>.offset(of: \.e_name_index)
        offsets["e_value_offs"] = MemoryLayout<C>.offset(of: \.e_value_offs)
        offsets["e_value_inum"] = MemoryLayout<C>.offset(of: \.e_value_inum)
        offsets["e_value_size"] = MemoryLayout<C>.offset(of: \.e_value_size)
        offsets["e_hash"] = MemoryLayout<C>.offset(of: \.e_hash)
        return offsets
    }

    static var multiMountBlock: [String: Int?] {
        typealias C = mmp_struct
        var offsets: [String: Int?] = [:]
        offsets["mmp_magic"] = MemoryLayout<C>.offset(of: \.mmp_magic)
        offsets["mmp_seq"] = MemoryLayout<C>.offset(of: \.mmp_seq)
        offsets["mmp_time"] = MemoryLayout<C>.offset(of: \.mmp_time)
        offsets["mmp_nodename"] = MemoryLayout<C>.offset(of: \.mmp_nodename)
        offsets["mmp_bdevname"] = MemoryLayout<C>.offset(of: \.mmp_bdevname)
        offsets["mmp_check_interval"] = MemoryLayout<C>.offset(of: \.mmp_check_interval)
        offsets["mmp_pad1"] = MemoryLayout<C>.offset(of: \.mmp_pad1)
        offsets["mmp_pad2"] = MemoryLayout<C>.offset(of: \.mmp_pad2)
        offsets["mmp_checksum"] = MemoryLayout<C>.offset(of: \.mmp_checksum)
        return offsets
    }

    static var orphanBlockTail: [String: Int?] {
        typealias C = ext4_orphan_block_tail
        var offsets: [String: Int?] = [:]
        offsets["ob_magic"] = MemoryLayout<C>.offset(of: \.ob_magic)
        offsets["ob_checksum"] = MemoryLayout<C>.offset(of: \.ob_checksum)
        return offsets
    }
}

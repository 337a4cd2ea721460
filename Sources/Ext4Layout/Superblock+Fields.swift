public import ImageBytes

extension Superblock {
    /// Where each field lies (`struct ext2_super_block` in ext2_fs.h, `ext4_super_block` in the kernel).
    ///
    /// Times are seconds since 1970; the `_hi` bytes extend them to 40 bits. One table serves the
    /// decoder, the reports and the layout test.
    public enum Fields {
        public static let inodesCount = Field<UInt32>("s_inodes_count", at: 0x000)
        public static let blocksCountLow = Field<UInt32>("s_blocks_count", at: 0x004)
        public static let reservedBlocksLow = Field<UInt32>("s_r_blocks_count", at: 0x008)
        public static let freeBlocksLow = Field<UInt32>("s_free_blocks_count", at: 0x00C)
        public static let freeInodes = Field<UInt32>("s_free_inodes_count", at: 0x010)
        public static let firstDataBlock = Field<UInt32>("s_first_data_block", at: 0x014)
        public static let logBlockSize = Field<UInt32>("s_log_block_size", at: 0x018)
        public static let logClusterSize = Field<UInt32>("s_log_cluster_size", at: 0x01C)
        public static let blocksPerGroup = Field<UInt32>("s_blocks_per_group", at: 0x020)
        public static let clustersPerGroup = Field<UInt32>("s_clusters_per_group", at: 0x024)
        public static let inodesPerGroup = Field<UInt32>("s_inodes_per_group", at: 0x028)
        public static let mountTime = Field<UInt32>("s_mtime", at: 0x02C)
        public static let writeTime = Field<UInt32>("s_wtime", at: 0x030)
        public static let mountCount = Field<UInt16>("s_mnt_count", at: 0x034)
        public static let maxMountCount = Field<UInt16>("s_max_mnt_count", at: 0x036)
        public static let magic = Field<UInt16>("s_magic", at: 0x038)
        public static let state = Field<UInt16>("s_state", at: 0x03A)
        public static let errorBehaviour = Field<UInt16>("s_errors", at: 0x03C)
        public static let minorRevision = Field<UInt16>("s_minor_rev_level", at: 0x03E)
        public static let lastCheck = Field<UInt32>("s_lastcheck", at: 0x040)
        public static let checkInterval = Field<UInt32>("s_checkinterval", at: 0x044)
        public static let creatorOS = Field<UInt32>("s_creator_os", at: 0x048)
        public static let revision = Field<UInt32>("s_rev_level", at: 0x04C)
        public static let reservedUser = Field<UInt16>("s_def_resuid", at: 0x050)
        public static let reservedGroup = Field<UInt16>("s_def_resgid", at: 0x052)
        // From here on only in revision 1 and later.
        public static let firstInode = Field<UInt32>("s_first_ino", at: 0x054)
        public static let inodeSize = Field<UInt16>("s_inode_size", at: 0x058)
        public static let blockGroupNumber = Field<UInt16>("s_block_group_nr", at: 0x05A)
        public static let compatibleFeatures = Field<UInt32>("s_feature_compat", at: 0x05C)
        public static let incompatibleFeatures = Field<UInt32>("s_feature_incompat", at: 0x060)
        public static let readOnlyFeatures = Field<UInt32>("s_feature_ro_compat", at: 0x064)
        public static let uuid = BytesField("s_uuid", at: 0x068, count: 16)
        public static let volumeName = BytesField("s_volume_name", at: 0x078, count: 16)
        public static let lastMounted = BytesField("s_last_mounted", at: 0x088, count: 64)
        public static let algorithmUsage = Field<UInt32>("s_algorithm_usage_bitmap", at: 0x0C8)
        public static let preallocatedBlocks = Field<UInt8>("s_prealloc_blocks", at: 0x0CC)
        public static let preallocatedDirectoryBlocks = Field<UInt8>(
            "s_prealloc_dir_blocks", at: 0x0CD)
        public static let reservedDescriptorBlocks = Field<UInt16>(
            "s_reserved_gdt_blocks", at: 0x0CE)
        public static let journalUUID = BytesField("s_journal_uuid", at: 0x0D0, count: 16)
        public static let journalInode = Field<UInt32>("s_journal_inum", at: 0x0E0)
        public static let journalDevice = Field<UInt32>("s_journal_dev", at: 0x0E4)
        public static let lastOrphan = Field<UInt32>("s_last_orphan", at: 0x0E8)
        public static let hashSeed = BytesField("s_hash_seed", at: 0x0EC, count: 16)
        public static let defaultHashVersion = Field<UInt8>("s_def_hash_version", at: 0x0FC)
        public static let journalBackupType = Field<UInt8>("s_jnl_backup_type", at: 0x0FD)
        public static let descriptorSize = Field<UInt16>("s_desc_size", at: 0x0FE)
        public static let defaultMountOptions = Field<UInt32>("s_default_mount_opts", at: 0x100)
        public static let firstMetaBlockGroup = Field<UInt32>("s_first_meta_bg", at: 0x104)
        public static let makeTime = Field<UInt32>("s_mkfs_time", at: 0x108)
        public static let journalBlocks = BytesField("s_jnl_blocks", at: 0x10C, count: 68)
        public static let blocksCountHigh = Field<UInt32>("s_blocks_count_hi", at: 0x150)
        public static let reservedBlocksHigh = Field<UInt32>("s_r_blocks_count_hi", at: 0x154)
        public static let freeBlocksHigh = Field<UInt32>("s_free_blocks_hi", at: 0x158)
        public static let minimumExtraSize = Field<UInt16>("s_min_extra_isize", at: 0x15C)
        public static let wantedExtraSize = Field<UInt16>("s_want_extra_isize", at: 0x15E)
        public static let flags = Field<UInt32>("s_flags", at: 0x160)
        public static let raidStride = Field<UInt16>("s_raid_stride", at: 0x164)
        public static let mmpUpdateInterval = Field<UInt16>("s_mmp_update_interval", at: 0x166)
        public static let mmpBlock = Field<UInt64>("s_mmp_block", at: 0x168)
        public static let raidStripeWidth = Field<UInt32>("s_raid_stripe_width", at: 0x170)
        public static let logGroupsPerFlex = Field<UInt8>("s_log_groups_per_flex", at: 0x174)
        public static let checksumType = Field<UInt8>("s_checksum_type", at: 0x175)
        public static let encryptionLevel = Field<UInt8>("s_encryption_level", at: 0x176)
        public static let reservedPad = Field<UInt8>("s_reserved_pad", at: 0x177)
        public static let kilobytesWritten = Field<UInt64>("s_kbytes_written", at: 0x178)
        public static let snapshotInode = Field<UInt32>("s_snapshot_inum", at: 0x180)
        public static let snapshotID = Field<UInt32>("s_snapshot_id", at: 0x184)
        public static let snapshotReservedBlocks = Field<UInt64>(
            "s_snapshot_r_blocks_count", at: 0x188)
        public static let snapshotList = Field<UInt32>("s_snapshot_list", at: 0x190)
        public static let errorCount = Field<UInt32>("s_error_count", at: 0x194)
        public static let firstErrorTime = Field<UInt32>("s_first_error_time", at: 0x198)
        public static let firstErrorInode = Field<UInt32>("s_first_error_ino", at: 0x19C)
        public static let firstErrorBlock = Field<UInt64>("s_first_error_block", at: 0x1A0)
        public static let firstErrorFunction = BytesField(
            "s_first_error_func", at: 0x1A8, count: 32)
        public static let firstErrorLine = Field<UInt32>("s_first_error_line", at: 0x1C8)
        public static let lastErrorTime = Field<UInt32>("s_last_error_time", at: 0x1CC)
        public static let lastErrorInode = Field<UInt32>("s_last_error_ino", at: 0x1D0)
        public static let lastErrorLine = Field<UInt32>("s_last_error_line", at: 0x1D4)
        public static let lastErrorBlock = Field<UInt64>("s_last_error_block", at: 0x1D8)
        public static let lastErrorFunction = BytesField("s_last_error_func", at: 0x1E0, count: 32)
        public static let mountOptions = BytesField("s_mount_opts", at: 0x200, count: 64)
        public static let userQuotaInode = Field<UInt32>("s_usr_quota_inum", at: 0x240)
        public static let groupQuotaInode = Field<UInt32>("s_grp_quota_inum", at: 0x244)
        public static let overheadClusters = Field<UInt32>("s_overhead_clusters", at: 0x248)
        public static let backupGroups = BytesField("s_backup_bgs", at: 0x24C, count: 8)
        public static let encryptionAlgorithms = BytesField("s_encrypt_algos", at: 0x254, count: 4)
        public static let encryptionSalt = BytesField("s_encrypt_pw_salt", at: 0x258, count: 16)
        public static let lostAndFoundInode = Field<UInt32>("s_lpf_ino", at: 0x268)
        public static let projectQuotaInode = Field<UInt32>("s_prj_quota_inum", at: 0x26C)
        public static let checksumSeed = Field<UInt32>("s_checksum_seed", at: 0x270)
        public static let writeTimeHigh = Field<UInt8>("s_wtime_hi", at: 0x274)
        public static let mountTimeHigh = Field<UInt8>("s_mtime_hi", at: 0x275)
        public static let makeTimeHigh = Field<UInt8>("s_mkfs_time_hi", at: 0x276)
        public static let lastCheckHigh = Field<UInt8>("s_lastcheck_hi", at: 0x277)
        public static let firstErrorTimeHigh = Field<UInt8>("s_first_error_time_hi", at: 0x278)
        public static let lastErrorTimeHigh = Field<UInt8>("s_last_error_time_hi", at: 0x279)
        public static let firstErrorCode = Field<UInt8>("s_first_error_errcode", at: 0x27A)
        public static let lastErrorCode = Field<UInt8>("s_last_error_errcode", at: 0x27B)
        public static let encoding = Field<UInt16>("s_encoding", at: 0x27C)
        public static let encodingFlags = Field<UInt16>("s_encoding_flags", at: 0x27E)
        public static let orphanFileInode = Field<UInt32>("s_orphan_file_inum", at: 0x280)
        public static let reserved = BytesField("s_reserved", at: 0x284, count: 376)
        public static let checksum = Field<UInt32>("s_checksum", at: 0x3FC)
    }

    /// Every field in the order of the bytes; together they cover the structure.
    public static let layout: [FieldExtent] = [
        FieldExtent(Fields.inodesCount), FieldExtent(Fields.blocksCountLow),
        FieldExtent(Fields.reservedBlocksLow), FieldExtent(Fields.freeBlocksLow),
        FieldExtent(Fields.freeInodes), FieldExtent(Fields.firstDataBlock),
        FieldExtent(Fields.logBlockSize), FieldExtent(Fields.logClusterSize),
        FieldExtent(Fields.blocksPerGroup), FieldExtent(Fields.clustersPerGroup),
        FieldExtent(Fields.inodesPerGroup), FieldExtent(Fields.mountTime),
        FieldExtent(Fields.writeTime), FieldExtent(Fields.mountCount),
        FieldExtent(Fields.maxMountCount), FieldExtent(Fields.magic), FieldExtent(Fields.state),
        FieldExtent(Fields.errorBehaviour), FieldExtent(Fields.minorRevision),
        FieldExtent(Fields.lastCheck), FieldExtent(Fields.checkInterval),
        FieldExtent(Fields.creatorOS), FieldExtent(Fields.revision),
        FieldExtent(Fields.reservedUser), FieldExtent(Fields.reservedGroup),
        FieldExtent(Fields.firstInode), FieldExtent(Fields.inodeSize),
        FieldExtent(Fields.blockGroupNumber), FieldExtent(Fields.compatibleFeatures),
        FieldExtent(Fields.incompatibleFeatures), FieldExtent(Fields.readOnlyFeatures),
        FieldExtent(Fields.uuid), FieldExtent(Fields.volumeName), FieldExtent(Fields.lastMounted),
        FieldExtent(Fields.algorithmUsage), FieldExtent(Fields.preallocatedBlocks),
        FieldExtent(Fields.preallocatedDirectoryBlocks),
        FieldExtent(Fields.reservedDescriptorBlocks), FieldExtent(Fields.journalUUID),
        FieldExtent(Fields.journalInode), FieldExtent(Fields.journalDevice),
        FieldExtent(Fields.lastOrphan), FieldExtent(Fields.hashSeed),
        FieldExtent(Fields.defaultHashVersion), FieldExtent(Fields.journalBackupType),
        FieldExtent(Fields.descriptorSize), FieldExtent(Fields.defaultMountOptions),
        FieldExtent(Fields.firstMetaBlockGroup), FieldExtent(Fields.makeTime),
        FieldExtent(Fields.journalBlocks), FieldExtent(Fields.blocksCountHigh),
        FieldExtent(Fields.reservedBlocksHigh), FieldExtent(Fields.freeBlocksHigh),
        FieldExtent(Fields.minimumExtraSize), FieldExtent(Fields.wantedExtraSize),
        FieldExtent(Fields.flags), FieldExtent(Fields.raidStride),
        FieldExtent(Fields.mmpUpdateInterval), FieldExtent(Fields.mmpBlock),
        FieldExtent(Fields.raidStripeWidth), FieldExtent(Fields.logGroupsPerFlex),
        FieldExtent(Fields.checksumType), FieldExtent(Fields.encryptionLevel),
        FieldExtent(Fields.reservedPad), FieldExtent(Fields.kilobytesWritten),
        FieldExtent(Fields.snapshotInode), FieldExtent(Fields.snapshotID),
        FieldExtent(Fields.snapshotReservedBlocks), FieldExtent(Fields.snapshotList),
        FieldExtent(Fields.errorCount), FieldExtent(Fields.firstErrorTime),
        FieldExtent(Fields.firstErrorInode), FieldExtent(Fields.firstErrorBlock),
        FieldExtent(Fields.firstErrorFunction), FieldExtent(Fields.firstErrorLine),
        FieldExtent(Fields.lastErrorTime), FieldExtent(Fields.lastErrorInode),
        FieldExtent(Fields.lastErrorLine), FieldExtent(Fields.lastErrorBlock),
        FieldExtent(Fields.lastErrorFunction), FieldExtent(Fields.mountOptions),
        FieldExtent(Fields.userQuotaInode), FieldExtent(Fields.groupQuotaInode),
        FieldExtent(Fields.overheadClusters), FieldExtent(Fields.backupGroups),
        FieldExtent(Fields.encryptionAlgorithms), FieldExtent(Fields.encryptionSalt),
        FieldExtent(Fields.lostAndFoundInode), FieldExtent(Fields.projectQuotaInode),
        FieldExtent(Fields.checksumSeed), FieldExtent(Fields.writeTimeHigh),
        FieldExtent(Fields.mountTimeHigh), FieldExtent(Fields.makeTimeHigh),
        FieldExtent(Fields.lastCheckHigh), FieldExtent(Fields.firstErrorTimeHigh),
        FieldExtent(Fields.lastErrorTimeHigh), FieldExtent(Fields.firstErrorCode),
        FieldExtent(Fields.lastErrorCode), FieldExtent(Fields.encoding),
        FieldExtent(Fields.encodingFlags), FieldExtent(Fields.orphanFileInode),
        FieldExtent(Fields.reserved), FieldExtent(Fields.checksum),
    ]
}

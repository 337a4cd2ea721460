internal import CExt2FS
internal import SystemPackage

/// libext2fs' view of the image that is being written. One thread uses it.
///
/// The library never decides anything here: where everything lies comes from the plan. What it is
/// good for is its structures, its bitmaps and its I/O channel. Nothing is flushed by
/// `ext2fs_close`, whose superblock would have the clock's time in it where the epoch is 0.
@safe final class Ext2Filesystem {
    let handle: ext2_filsys
    private let plan: Plan

    deinit { unsafe ext2fs_free(handle) }

    /// Sets up an empty file system in the file at `path`, which exists and has its full size.
    init(at path: String, for plan: Plan) throws(Ext2Error) {
        self.plan = plan
        var parameters = Self.parameters(plan)
        var opened: ext2_filsys?
        try check(
            "ext2fs_initialize",
            unsafe ext2fs_initialize(
                path, EXT2_FLAG_EXCLUSIVE | EXT2_FLAG_64BITS, &parameters,
                cext2fs_unix_io_manager(), &opened))
        guard let opened = unsafe opened else {
            throw Ext2Error(code: Int(EXT2_ET_NO_MEMORY), call: "ext2fs_initialize")
        }
        unsafe handle = opened
        try checkGeometry()
        setSuperblock()
    }

    /// What `ext2fs_initialize` is told; the rest follows in `setSuperblock`.
    private static func parameters(_ plan: Plan) -> ext2_super_block {
        var parameters = ext2_super_block()
        parameters.s_rev_level = UInt32(EXT2_DYNAMIC_REV)
        parameters.s_log_block_size = 2
        parameters.s_log_cluster_size = 2
        parameters.s_inode_size = UInt16(Geometry.inodeSize)
        parameters.s_log_groups_per_flex = UInt8(Geometry.groupsPerFlex.trailingZeroBitCount)
        parameters.s_desc_size = 64
        parameters.s_inodes_count = UInt32(plan.geometry.inodeCount)
        parameters.s_reserved_gdt_blocks = UInt16(plan.geometry.reservedDescriptorBlocks)
        unsafe ext2fs_blocks_count_set(&parameters, plan.geometry.blockCount)
        parameters.s_feature_compat = Feature.compatible(journal: !plan.journal.isEmpty)
        parameters.s_feature_incompat = Feature.incompatible
        parameters.s_feature_ro_compat = Feature.readOnlyCompatible
        return parameters
    }

    /// The library computes the geometry by itself. Should a version of it ever do so in another
    /// way, no image is better than another image.
    private func checkGeometry() throws(Ext2Error) {
        let made = unsafe handle.pointee.`super`.pointee
        let geometry = plan.geometry
        let blockCount = unsafe ext2fs_blocks_count(handle.pointee.`super`)
        let agrees =
            unsafe blockCount == geometry.blockCount
            && Int(handle.pointee.group_desc_count) == geometry.groupCount
            && UInt64(handle.pointee.desc_blocks) == geometry.descriptorBlocks
            && Int(made.s_inodes_per_group) == geometry.inodesPerGroup
            && UInt64(made.s_inodes_count) == geometry.inodeCount
            && UInt64(made.s_blocks_per_group) == Geometry.blocksPerGroup
            && UInt64(made.s_reserved_gdt_blocks) == geometry.reservedDescriptorBlocks
        guard agrees else {
            throw Ext2Error(code: Ext2Error.otherGeometry, call: "ext2fs_initialize")
        }
    }

    /// Every field that a version of the library, the clock or the host could have an opinion on.
    private func setSuperblock() {
        let identity = plan.options.identity
        let time = SuperblockTime(identity.epoch)
        unsafe handle.pointee.now = time_t(identity.epoch)
        unsafe cext2fs_set_identity(
            handle, identity.uuid, identity.hashSeed, identity.label)
        // After the UUID, from which it follows, and before the first checksum.
        unsafe ext2fs_init_csum_seed(handle)
        unsafe handle.pointee.`super`.withMemoryRebound(to: ext2_super_block.self, capacity: 1) {
            let superblock = unsafe $0
            unsafe superblock.pointee.s_mkfs_time = time.low
            unsafe superblock.pointee.s_mkfs_time_hi = time.high
            unsafe superblock.pointee.s_wtime = time.low
            unsafe superblock.pointee.s_wtime_hi = time.high
            unsafe superblock.pointee.s_lastcheck = time.low
            unsafe superblock.pointee.s_lastcheck_hi = time.high
            unsafe superblock.pointee.s_mtime = 0
            unsafe superblock.pointee.s_kbytes_written = 0
            unsafe superblock.pointee.s_state = UInt16(EXT2_VALID_FS)
            unsafe superblock.pointee.s_errors = UInt16(EXT2_ERRORS_CONTINUE)
            unsafe superblock.pointee.s_max_mnt_count = -1
            unsafe superblock.pointee.s_mnt_count = 0
            unsafe superblock.pointee.s_checkinterval = 0
            unsafe superblock.pointee.s_creator_os = UInt32(EXT2_OS_LINUX)
            unsafe superblock.pointee.s_def_resuid = 0
            unsafe superblock.pointee.s_def_resgid = 0
            unsafe superblock.pointee.s_flags = UInt32(EXT2_FLAGS_SIGNED_HASH)
            unsafe superblock.pointee.s_def_hash_version = UInt8(EXT2_HASH_HALF_MD4)
            unsafe superblock.pointee.s_checksum_type = UInt8(EXT2_CRC32C_CHKSUM)
            unsafe superblock.pointee.s_default_mount_opts = UInt32(
                EXT2_DEFM_XATTR_USER | EXT2_DEFM_ACL)
            unsafe superblock.pointee.s_first_ino = Plan.reservedInodes + 1
            unsafe superblock.pointee.s_min_extra_isize = UInt16(InodeWriter.extraSize)
            unsafe superblock.pointee.s_want_extra_isize = UInt16(InodeWriter.extraSize)
            unsafe superblock.pointee.s_feature_compat = Feature.compatible(
                journal: !plan.journal.isEmpty)
            unsafe superblock.pointee.s_feature_incompat = Feature.incompatible
            unsafe superblock.pointee.s_feature_ro_compat = Feature.readOnlyCompatible
        }
    }

    /// The seed of every metadata checksum.
    var checksumSeed: UInt32 { unsafe handle.pointee.csum_seed }

    /// Writes whole blocks through the library's I/O channel.
    func write(_ bytes: UnsafeRawBufferPointer, at block: UInt64) throws(Ext2Error) {
        let count = Int32(bytes.count / Int(Geometry.blockSize))
        try check(
            "io_channel_write_blk64",
            unsafe cext2fs_write_blocks(handle, block, count, bytes.baseAddress))
    }

    /// Hands everything that the channel holds back to the kernel.
    func flush() throws(Ext2Error) {
        try check("io_channel_flush", unsafe cext2fs_flush_channel(handle))
    }
}

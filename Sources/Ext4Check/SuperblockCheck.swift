import Ext4Layout
import ImageBytes

/// Whether the superblock's values are possible, one by one and together (e2fsck's
/// `check_super_block`).
struct SuperblockCheck {
    let volume: Volume
    /// The time it is, in seconds since 1970; nil where times in the future are not asked about.
    let now: UInt64?

    private typealias Fields = Superblock.Fields

    /// `EXT2_MAX_DESC_SIZE`.
    private static let mostDescriptorSize: UInt16 = 1024

    private var superblock: Superblock { volume.superblock }

    /// Checks everything.
    ///
    /// - Returns: false where the values are such that nothing more can be checked.
    func run(_ log: inout FindingLog) -> Bool {
        let isSound = checkGeometry(&log)
        checkInodeSizes(&log)
        checkFeatures(&log)
        checkTimes(&log)
        checkQuotaInodes(&log)
        checkState(&log)
        return isSound
    }

    private func add(_ field: String, _ message: String, _ log: inout FindingLog) {
        log.add(.superblockField, at: .superblock(field), message)
    }

    /// What e2fsck calls a corrupt superblock, and stops at.
    private func checkGeometry(_ log: inout FindingLog) -> Bool {
        let geometry = volume.geometry
        let blockSize = UInt64(volume.blockSize)
        let bits = blockSize * 8
        let inodesPerBlock = blockSize / UInt64(volume.inodeSize)
        let isWide = volume.incompatible.contains(.wideBlocks)
        // Each group needs room for its superblock copy, two bitmaps and a block of each table.
        let room = max(geometry.blocksPerGroup, 4) - 4
        let mostInodes = min(inodesPerBlock * room, 65536 - inodesPerBlock, bits)
        let rules: [(String, UInt64, ClosedRange<UInt64>)] = [
            ("s_inodes_count", UInt64(volume.inodeCount), 1...UInt64(UInt32.max)),
            (
                "s_blocks_count", volume.endBlock,
                1...(isWide ? (1 << 48) - 1 : UInt64(UInt32.max))
            ),
            ("s_clusters_per_group", geometry.clustersPerGroup, 8...bits),
            (
                "s_blocks_per_group", geometry.blocksPerGroup,
                8...bits * UInt64(geometry.blocksPerCluster)
            ),
            (
                "s_inodes_per_group", geometry.inodesPerGroup,
                inodesPerBlock...max(inodesPerBlock, mostInodes)
            ),
            ("s_r_blocks_count", superblock.reservedBlockCount, 0...volume.endBlock / 2),
            (
                "s_reserved_gdt_blocks", UInt64(superblock[Fields.reservedDescriptorBlocks]),
                0...blockSize / 4
            ),
            (
                "s_first_ino", UInt64(volume.firstInode),
                11...max(11, UInt64(volume.inodeCount))
            ),
        ]
        var isSound = true
        for (field, value, allowed) in rules where !allowed.contains(value) {
            if field == "s_first_ino", superblock[Fields.revision] == 0 { continue }
            add(field, "is \(value), must be \(allowed.lowerBound) to \(allowed.upperBound)", &log)
            isSound = false
        }
        let first: UInt64 = volume.blockSize == 1024 && volume.clusterBits == 0 ? 1 : 0
        if volume.firstBlock != first {
            add("s_first_data_block", "is \(volume.firstBlock), must be \(first)", &log)
            isSound = false
        }
        // Without 64bit, too, where nothing else reads it.
        let descriptorSize = superblock[Fields.descriptorSize]
        if descriptorSize > Self.mostDescriptorSize || descriptorSize & (descriptorSize &- 1) != 0 {
            add(
                "s_desc_size",
                "is \(descriptorSize), must be a power of 2 up to \(Self.mostDescriptorSize)", &log)
            isSound = false
        }
        let blocksInImage = UInt64(volume.image.count) / blockSize
        if blocksInImage < volume.endBlock {
            log.add(
                .imageTooShort, at: .superblock("s_blocks_count"),
                "the file system has \(volume.endBlock) blocks, the image \(blocksInImage)")
        }
        return isSound
    }

    private func checkInodeSizes(_ log: inout FindingLog) {
        let most = UInt16(clamping: volume.inodeSize - 128)
        for field in [Fields.minimumExtraSize, Fields.wantedExtraSize] where volume.inodeSize > 128
        {
            let value = superblock[field]
            if value != 0, value < 4 || value > most || value & 3 != 0 {
                add(
                    "\(field.name)", "is \(value), must be 4 to \(most) in steps of 4", &log)
            }
        }
    }

    private func checkFeatures(_ log: inout FindingLog) {
        if volume.readOnly.contains(.metadataChecksums),
            volume.readOnly.contains(.descriptorChecksums)
        {
            add("s_feature_ro_compat", "both metadata_csum and uninit_bg are set", &log)
        }
        if volume.incompatible.contains(.checksumSeed), !volume.hasMetadataChecksums {
            add("s_feature_incompat", "metadata_csum_seed is set without metadata_csum", &log)
        }
        if volume.incompatible.contains(.wideBlocks), !volume.incompatible.contains(.extents) {
            add("s_feature_incompat", "64bit is set without extents", &log)
        }
        if volume.compatible.contains(.resizeInode),
            volume.incompatible.contains(.metaBlockGroups)
        {
            add("s_feature_compat", "both resize_inode and meta_bg are set", &log)
        }
        if !volume.compatible.contains(.resizeInode),
            superblock[Fields.reservedDescriptorBlocks] != 0
        {
            add(
                "s_reserved_gdt_blocks",
                "is \(superblock[Fields.reservedDescriptorBlocks]) without resize_inode", &log)
        }
        if volume.readOnly.contains(.orphansPresent), !volume.compatible.contains(.orphanFile) {
            add("s_feature_ro_compat", "orphan_present is set without orphan_file", &log)
        }
        if volume.readOnly.contains(.orphansPresent), volume.compatible.contains(.orphanFile) {
            log.add(
                .orphanList, at: .superblock("s_feature_ro_compat"),
                "the file of orphans holds inodes to be deleted at the next mount")
        }
        let orphan = superblock[Fields.lastOrphan]
        if orphan != 0 {
            log.add(
                .orphanList, at: .superblock("s_last_orphan"),
                "inode \(orphan) starts a list of inodes to be deleted at the next mount")
        }
    }

    private func checkTimes(_ log: inout FindingLog) {
        guard let now else { return }
        // e2fsck compares the low halves.
        for field in [Fields.mountTime, Fields.writeTime] where UInt64(superblock[field]) > now {
            log.add(
                .superblockTime, at: .superblock("\(field.name)"),
                "is \(superblock[field]), but the clock says \(now)")
        }
    }

    private func checkQuotaInodes(_ log: inout FindingLog) {
        for type in QuotaType.allCases {
            let number = volume.quotaInode(type)
            let isWrong =
                [1, 2, 5, 6, 7, 8, 9, 10].contains(number) || number > volume.inodeCount
            if isWrong {
                add(type.field, "inode \(number) cannot be a quota file", &log)
            }
        }
    }

    /// What e2fsck looks at, but does not call a problem.
    private func checkState(_ log: inout FindingLog) {
        let state = superblock[Fields.state]
        if state & 2 != 0 {
            log.add(
                .stateFlag, at: .superblock("s_state"), "a kernel has marked it as having errors")
        } else if state & 1 == 0, !volume.incompatible.contains(.needsRecovery) {
            log.add(.stateFlag, at: .superblock("s_state"), "it was not unmounted")
        }
        let errors = superblock[Fields.errorCount]
        if errors != 0 {
            log.add(
                .stateFlag, at: .superblock("s_error_count"),
                "\(errors) errors were recorded by a kernel")
        }
    }
}

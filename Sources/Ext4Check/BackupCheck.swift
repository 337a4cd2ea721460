import Ext4Layout
import ImageBytes

/// Whether the copies of the superblock and of the group descriptors still say what the primary
/// ones do, where `mke2fs`, `tune2fs`, `resize2fs` and the kernel keep them in step.
///
/// `e2fsck -fn` says nothing of them, so that nothing here makes an image invalid: it is what a
/// rescue from a backup would meet. Counts, times and states of backups are old in every file
/// system that was used, and are not compared.
struct BackupCheck {
    let volume: Volume
    private let places: DescriptorPlaces

    /// Copies of descriptors that are compared: 16 TiB have 2.6 million.
    static let descriptorLimit = 1 << 22

    /// Copies of the superblock that are looked at; without `sparse_super` each group has one.
    static let superblockLimit = 1 << 16

    init(volume: Volume) {
        self.volume = volume
        places = DescriptorPlaces(volume.superblock, volume.geometry)
    }

    private typealias Fields = Superblock.Fields

    /// Compares all of them.
    func run(_ log: inout FindingLog) {
        // What was read in place of a primary superblock is one of the copies.
        guard volume.superblock.origin == Superblock.imageOffset else { return }
        var budget = Self.descriptorLimit
        let copies = volume.groups.indices.lazy.dropFirst().filter {
            volume.superblock.hasBackup(inGroup: $0)
        }
        var count = 0
        for group in copies {
            guard count < Self.superblockLimit else {
                log.add(
                    .limit, at: .group(group),
                    "copies of the superblock are compared up to here: truncated at \(count) of "
                        + "at least \(count + 1)")
                break
            }
            count += 1
            checkSuperblock(group, &log)
            let start = places.superblockBlock(ofGroup: group) + 1
            for index in 0..<places.blocksTogether {
                checkDescriptors(index, at: start + UInt64(index), of: group, &budget, &log)
            }
        }
        for index in places
            .blocksTogether..<max(
                places.blocksTogether, volume.geometry.descriptorBlocks)
        {
            for copy in 1...2 {
                // The second group of those described may be the last one, too.
                guard let block = places.spreadBlock(index, copy: copy),
                    copy == 1 || block != places.spreadBlock(index, copy: 1),
                    let group = volume.geometry.group(ofBlock: block)
                else { continue }
                checkDescriptors(index, at: block, of: group, &budget, &log)
            }
        }
        if budget < 0 {
            log.add(
                .limit, at: .superblock(nil),
                "copies of group descriptors are compared: truncated at \(Self.descriptorLimit) "
                    + "of at least \(Self.descriptorLimit - budget)")
        }
    }

    // MARK: Superblocks

    private func checkSuperblock(_ group: Int, _ log: inout FindingLog) {
        let block = places.superblockBlock(ofGroup: group)
        func add(_ field: String, _ message: String, _ log: inout FindingLog) {
            log.add(.backupDiffers, at: .group(group, block: block, field: field), message)
        }
        let image = volume.image
        guard let offset = volume.offset(ofBlock: block),
            let copy = try? Superblock(decoding: image.slice, at: UInt64(offset))
        else {
            add("s_magic", "there is no copy of the superblock", &log)
            return
        }
        if volume.hasMetadataChecksums,
            copy[Fields.checksum] != MetadataChecksums.superblock(copy.slice)
        {
            add("s_checksum", "the checksum does not fit the copy of the superblock", &log)
        }
        for (field, theirs, ours) in differences(copy) {
            add(
                field,
                "is 0x\(String(theirs, radix: 16)) in the copy, 0x\(String(ours, radix: 16)) in "
                    + "the superblock", &log)
        }
    }

    /// Fields in which a copy differs although nothing changes one without the other.
    private func differences(_ copy: Superblock) -> [(String, UInt128, UInt128)] {
        let superblock = volume.superblock
        let narrow: [Field<UInt16>] = [
            Fields.inodeSize, Fields.descriptorSize, Fields.reservedDescriptorBlocks,
        ]
        let wide: [Field<UInt32>] = [
            Fields.inodesCount, Fields.blocksCountLow, Fields.blocksCountHigh,
            Fields.firstDataBlock, Fields.logBlockSize, Fields.logClusterSize,
            Fields.blocksPerGroup, Fields.clustersPerGroup, Fields.inodesPerGroup,
            Fields.revision, Fields.firstInode, Fields.firstMetaBlockGroup, Fields.checksumSeed,
        ]
        var found: [(String, UInt128, UInt128)] = []
        func compare(_ name: StaticString, _ theirs: UInt128, _ ours: UInt128) {
            if theirs != ours { found.append(("\(name)", theirs, ours)) }
        }
        for field in wide {
            compare(field.name, UInt128(copy[field]), UInt128(superblock[field]))
        }
        for field in narrow {
            compare(field.name, UInt128(copy[field]), UInt128(superblock[field]))
        }
        compare("s_uuid", copy.uuid, superblock.uuid)
        // A kernel turns these on in the primary superblock alone (FEATURE_*_IGNORE in e2fsck).
        compare(
            "s_feature_compat", feature(copy.compatible.union(.extendedAttributes).rawValue),
            feature(superblock.compatible.union(.extendedAttributes).rawValue))
        let incompatible: IncompatibleFeatures = [.extents, .needsRecovery]
        compare(
            "s_feature_incompat", feature(copy.incompatible.union(incompatible).rawValue),
            feature(superblock.incompatible.union(incompatible).rawValue))
        let readOnly: ReadOnlyFeatures = [.largeFile, .directoryLinkOverflow, .orphansPresent]
        compare(
            "s_feature_ro_compat", feature(copy.readOnly.union(readOnly).rawValue),
            feature(superblock.readOnly.union(readOnly).rawValue))
        return found
    }

    private func feature(_ bits: UInt32) -> UInt128 { UInt128(bits) }

    // MARK: Descriptors

    /// Compares one block of descriptors with the primary one: where the tables lie.
    private func checkDescriptors(
        _ index: Int, at block: UInt64, of group: Int, _ budget: inout Int,
        _ log: inout FindingLog
    ) {
        let perBlock = volume.geometry.descriptorsPerBlock
        let first = index * perBlock
        let count = min(perBlock, volume.groups.count - first)
        guard count > 0 else { return }
        let isWithin = budget >= count
        // Goes below zero, to tell how much was left out.
        budget -= count
        guard isWithin else { return }
        guard let offset = volume.offset(ofBlock: block) else {
            log.add(
                .backupDiffers, at: .group(group, block: block),
                "a copy of group descriptors lies past the end of the image")
            return
        }
        let image = volume.image
        let disk = image.slice
        let size = volume.geometry.descriptorSize
        for place in 0..<count {
            let start = offset + place * size
            let copy = GroupDescriptor(decoding: disk.slice(start..<start + size))
            let primary = volume.groups[first + place]
            let fields = [
                ("bg_block_bitmap", copy.blockBitmap, primary.blockBitmap),
                ("bg_inode_bitmap", copy.inodeBitmap, primary.inodeBitmap),
                ("bg_inode_table", copy.inodeTable, primary.inodeTable),
            ]
            for (field, theirs, ours) in fields where theirs != ours {
                log.add(
                    .backupDiffers, at: .group(first + place, block: block, field: field),
                    "is \(theirs) in the copy of the descriptor, \(ours) in the descriptor")
            }
        }
    }
}

import Ext4Layout
import ImageBytes

/// The group descriptors: where they say the tables lie, and their flags, counts and checksums.
struct GroupCheck {
    let volume: Volume

    /// What belongs to the file system itself.
    struct Outcome {
        /// Blocks of superblocks, descriptors, bitmaps and inode tables.
        var blocks: SparseBits
        /// The same without the inode tables.
        var withoutTables: SparseBits
        /// An inode table that has to be read cannot be.
        var isUnreadable = false
    }

    /// Checks every group.
    func run(_ log: inout FindingLog) -> Outcome {
        var outcome = Outcome(
            blocks: SparseBits(limit: volume.endBlock),
            withoutTables: SparseBits(limit: volume.endBlock))
        let places = DescriptorPlaces(volume.superblock, volume.geometry)
        for group in volume.groups.indices {
            let reserved = places.reservedBlocks(ofGroup: group)
            if let copy = reserved.superblock {
                outcome.blocks.insert(copy)
                outcome.withoutTables.insert(copy)
            }
            for run in [reserved.descriptors, reserved.growth] {
                outcome.blocks.insert(run)
                outcome.withoutTables.insert(run)
            }
        }
        for group in volume.groups.indices {
            checkPlaces(group, &outcome, &log)
            checkFlags(group, &log)
        }
        checkChecksums(places, &log)
        return outcome
    }

    private func checkPlaces(_ group: Int, _ outcome: inout Outcome, _ log: inout FindingLog) {
        let descriptor = volume.groups[group]
        let allowed =
            volume.incompatible.contains(.flexibleGroups)
            ? volume.firstBlock..<volume.endBlock : volume.geometry.blocks(ofGroup: group)
        let tableBlocks = volume.geometry.inodeTableBlocks
        let structures: [(String, UInt64, UInt64)] = [
            ("bg_inode_table", descriptor.inodeTable, tableBlocks),
            ("bg_block_bitmap", descriptor.blockBitmap, 1),
            ("bg_inode_bitmap", descriptor.inodeBitmap, 1),
        ]
        for (field, block, count) in structures {
            let (end, overflow) = block.addingReportingOverflow(count)
            if block == 0 || block < allowed.lowerBound || overflow || end > allowed.upperBound {
                log.add(
                    .metadataPlace, at: .group(group, block: block, field: field),
                    "lies at \(block), must lie in \(allowed.lowerBound) to "
                        + "\(allowed.upperBound - 1)")
                if field == "bg_inode_table" { judgeTable(group, &outcome) }
                continue
            }
            if outcome.blocks.insert(block..<end) {
                log.add(
                    .metadataCollision, at: .group(group, block: block, field: field),
                    "lies where another structure of the file system does")
            }
            if field != "bg_inode_table" { outcome.withoutTables.insert(block) }
            if field == "bg_inode_table" { judgeTable(group, &outcome) }
        }
    }

    /// Whether an inode table can be read: all of it must lie in the file system, as the scan of
    /// libext2fs wants it (`get_next_blockgroup`), and what was ever used of it in the image.
    private func judgeTable(_ group: Int, _ outcome: inout Outcome) {
        let table = volume.groups[group].inodeTable
        guard table != 0 else { return }
        let end = table.addingReportingOverflow(volume.geometry.inodeTableBlocks)
        if table < volume.firstBlock || end.overflow || end.partialValue > volume.endBlock {
            outcome.isUnreadable = true
            return
        }
        let used = UInt64(volume.scannedInodes(ofGroup: group))
        let perBlock = UInt64(volume.blockSize / volume.inodeSize)
        if used > 0, volume.offset(ofBlock: table + (used - 1) / perBlock) == nil {
            outcome.isUnreadable = true
        }
    }

    private func checkFlags(_ group: Int, _ log: inout FindingLog) {
        let descriptor = volume.groups[group]
        if !volume.hasDescriptorChecksums {
            let isLazy = !descriptor.flags.isDisjoint(
                with: [.inodesUninitialized, .blocksUninitialized])
            if isLazy || descriptor.unusedInodes != 0 {
                log.add(
                    .descriptorField, at: .group(group, field: "bg_flags"),
                    "marked as not initialised, in a file system without checksums of groups")
            }
            return
        }
        if group == volume.groups.count - 1, descriptor.flags.contains(.blocksUninitialized) {
            log.add(
                .descriptorField, at: .group(group, field: "bg_flags"),
                "the last group's block bitmap is marked as not initialised")
        }
        if descriptor.unusedInodes > descriptor.freeInodes
            || UInt64(descriptor.unusedInodes) > volume.geometry.inodesPerGroup
        {
            log.add(
                .descriptorField, at: .group(group, field: "bg_itable_unused"),
                "is \(descriptor.unusedInodes), with \(descriptor.freeInodes) inodes free")
        }
    }

    private func checkChecksums(_ places: DescriptorPlaces, _ log: inout FindingLog) {
        guard volume.hasDescriptorChecksums else { return }
        let image = volume.image
        let disk = image.slice
        let size = volume.geometry.descriptorSize
        let perBlock = volume.geometry.descriptorsPerBlock
        for group in volume.groups.indices {
            guard let start = volume.offset(ofBlock: places.primaryBlock(group / perBlock)) else {
                continue
            }
            let offset = start + group % perBlock * size
            let slice = disk.slice(offset..<offset + size)
            let number = UInt32(group)
            let expected =
                volume.hasMetadataChecksums
                ? volume.checksums.descriptor(slice, group: number)
                : volume.checksums.descriptor16(slice, group: number)
            if expected != volume.groups[group].checksum {
                log.add(
                    .descriptorChecksum, at: .group(group, field: "bg_checksum"),
                    "is 0x\(String(volume.groups[group].checksum, radix: 16)), should be "
                        + "0x\(String(expected, radix: 16))")
            }
        }
    }
}

extension Volume {
    /// How many inodes of a group were ever used, and are looked at.
    func scannedInodes(ofGroup group: Int) -> Int {
        let descriptor = groups[group]
        let all = Int(geometry.inodesPerGroup)
        guard hasDescriptorChecksums else { return all }
        if descriptor.flags.contains(.inodesUninitialized) { return 0 }
        return max(0, all - Int(descriptor.unusedInodes))
    }
}

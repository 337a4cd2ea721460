import Ext4Layout
import HostSystem
import ImageBytes

/// Whether the bitmaps and the counts say what is in use (e2fsck's pass 5), group by group.
struct BitmapCheck: Sendable {
    let volume: Volume
    /// Clusters in use.
    let clusters: SparseBits
    let facts: DirectoryFacts

    /// What one group adds up to.
    private struct Sums: Sendable {
        var log = FindingLog()
        var freeClusters: UInt64 = 0
        var freeInodes: UInt64 = 0
    }

    /// Checks every group, and the sums.
    func run(jobs: Int, _ log: inout FindingLog) {
        let groups = volume.groups.count
        let perPart = 16
        let parts = (groups + perPart - 1) / perPart
        let results = ThreadTeam.map(count: parts, workers: jobs) { part in
            var sums = Sums()
            let image = volume.image
            let disk = image.slice
            for group in part * perPart..<min(groups, (part + 1) * perPart) {
                checkBlocks(disk, group, &sums)
                checkInodes(disk, group, &sums)
            }
            return sums
        }
        var total = Sums()
        for sums in results {
            log.append(sums.log)
            total.freeClusters += sums.freeClusters
            total.freeInodes += sums.freeInodes
        }
        checkTotals(total, &log)
    }

    private func checkTotals(_ total: Sums, _ log: inout FindingLog) {
        let superblock = volume.superblock
        let storedBlocks = superblock.freeBlockCount
        // The superblock counts blocks, the groups count clusters.
        let freeBlocks = total.freeClusters << volume.clusterBits
        if storedBlocks != freeBlocks {
            log.add(
                .freeBlocks, at: .superblock("s_free_blocks_count"),
                "is \(storedBlocks), should be \(freeBlocks)")
        }
        let storedInodes = UInt64(superblock[Superblock.Fields.freeInodes])
        if storedInodes != total.freeInodes {
            log.add(
                .freeInodes, at: .superblock("s_free_inodes_count"),
                "is \(storedInodes), should be \(total.freeInodes)")
        }
    }

    /// A bitmap block; nil where it cannot be read.
    private func bitmap(
        _ group: Int, _ block: UInt64, _ kind: FindingKind, _ log: inout FindingLog
    ) -> Int? {
        guard block != 0, let offset = volume.offset(ofBlock: block) else {
            log.add(kind, at: .group(group, block: block), "the bitmap cannot be read")
            return nil
        }
        return offset
    }

    private func checkBlocks(_ disk: ImageSlice, _ group: Int, _ sums: inout Sums) {
        let descriptor = volume.groups[group]
        let blocks = volume.geometry.blocks(ofGroup: group)
        let range = volume.clusters(blocks)
        let free = UInt64(range.count) - clusters.count(in: range)
        sums.freeClusters += free
        let isLazy =
            volume.hasDescriptorChecksums && descriptor.flags.contains(.blocksUninitialized)
        if isLazy {
            checkLazyBlocks(group, range, &sums.log)
        } else if let offset = bitmap(
            group, descriptor.blockBitmap, .blockBitmap, &sums.log)
        {
            let slice = disk.slice(offset..<offset + volume.blockSize)
            compareBlocks(slice, group, range, &sums.log)
            checkTail(
                slice, group, descriptor.blockBitmap, used: range.count, "bg_block_bitmap",
                &sums.log)
            checkChecksum(
                slice, group, bits: volume.geometry.clustersPerGroup,
                stored: descriptor.blockBitmapChecksum, "bg_block_bitmap_csum", &sums.log)
        }
        if UInt64(descriptor.freeBlocks) != free {
            sums.log.add(
                .freeBlocks, at: .group(group, field: "bg_free_blocks_count"),
                "is \(descriptor.freeBlocks), should be \(free)")
        }
    }

    /// In a group whose bitmap was never written, nothing but its own structures may be in use.
    private func checkLazyBlocks(
        _ group: Int, _ range: Range<UInt64>, _ log: inout FindingLog
    ) {
        var expected = SparseBits(limit: clusters.limit)
        let places = DescriptorPlaces(volume.superblock, volume.geometry)
        let reserved = places.reservedBlocks(ofGroup: group)
        if let copy = reserved.superblock { expected.insert(volume.clusters(copy..<copy + 1)) }
        let descriptor = volume.groups[group]
        let table = descriptor.inodeTable
        let (tableEnd, overflow) = table.addingReportingOverflow(volume.geometry.inodeTableBlocks)
        var runs = [reserved.descriptors, reserved.growth]
        for block in [descriptor.blockBitmap, descriptor.inodeBitmap] where block < .max {
            runs.append(block..<block + 1)
        }
        if !overflow { runs.append(table..<tableEnd) }
        for run in runs where !run.isEmpty && run.upperBound <= volume.endBlock {
            expected.insert(volume.clusters(run))
        }
        for cluster in range where clusters.contains(cluster) != expected.contains(cluster) {
            log.add(
                .blockBitmap,
                at: .group(group, block: cluster << volume.clusterBits, field: "bg_flags"),
                clusters.contains(cluster)
                    ? "in use, but the group's bitmap is said to be not initialised"
                    : "not in use, but the group says so")
            return
        }
    }

    private func compareBlocks(
        _ slice: ImageSlice, _ group: Int, _ range: Range<UInt64>, _ log: inout FindingLog
    ) {
        var difference = Difference()
        for place in 0..<(range.count + 63) / 64 where place * 8 + 8 <= slice.count {
            let number = range.lowerBound + UInt64(place) * 64
            let found = clusters.word(from: number)
            let stored = slice[Field<UInt64>("bitmap", at: 0), from: place * 8]
            var different = found ^ stored
            let left = range.count - place * 64
            if left < 64 { different &= (1 << UInt64(left)) - 1 }
            difference.add(different, stored: stored, at: number)
        }
        difference.report(.blockBitmap, group, shift: volume.clusterBits, &log)
    }

    private func checkInodes(_ disk: ImageSlice, _ group: Int, _ sums: inout Sums) {
        let descriptor = volume.groups[group]
        let count = Int(volume.geometry.inodesPerGroup)
        let first = UInt32(truncatingIfNeeded: volume.geometry.inodeNumber(group: group, index: 0))
        var used: UInt64 = 0
        var directories: UInt64 = 0
        let isLazy =
            volume.hasDescriptorChecksums && descriptor.flags.contains(.inodesUninitialized)
        var offset: Int?
        if !isLazy {
            offset = bitmap(group, descriptor.inodeBitmap, .inodeBitmap, &sums.log)
        }
        var difference = Difference()
        var index = 0
        while index < count {
            let bits = min(64, count - index)
            var found: UInt64 = 0
            if facts.traits.mayHold(first &+ UInt32(index), count: bits) {
                for bit in 0..<bits {
                    let traits = facts.traits[first &+ UInt32(index + bit)]
                    if traits.contains(.used) { found |= 1 << UInt64(bit) }
                    if traits.contains(.directory) { directories += 1 }
                }
            }
            used += UInt64(found.nonzeroBitCount)
            var stored: UInt64 = 0
            if let offset {
                let slice = disk.slice(offset..<offset + volume.blockSize)
                stored = slice[Field<UInt64>("bitmap", at: 0), from: index / 8]
            }
            if isLazy || offset != nil {
                var different = found ^ stored
                if bits < 64 { different &= (1 << UInt64(bits)) - 1 }
                difference.add(different, stored: stored, at: UInt64(first) + UInt64(index))
            }
            index += 64
        }
        difference.report(.inodeBitmap, group, shift: 0, &sums.log)
        sums.freeInodes += UInt64(count) - used
        if let offset {
            let slice = disk.slice(offset..<offset + volume.blockSize)
            checkTail(
                slice, group, descriptor.inodeBitmap, used: count, "bg_inode_bitmap", &sums.log)
            checkChecksum(
                slice, group, bits: UInt64(count), stored: descriptor.inodeBitmapChecksum,
                "bg_inode_bitmap_csum", &sums.log)
        }
        if UInt64(descriptor.freeInodes) != UInt64(count) - used {
            sums.log.add(
                .freeInodes, at: .group(group, field: "bg_free_inodes_count"),
                "is \(descriptor.freeInodes), should be \(UInt64(count) - used)")
        }
        if UInt64(descriptor.usedDirectories) != directories {
            sums.log.add(
                .directoryCount, at: .group(group, field: "bg_used_dirs_count"),
                "is \(descriptor.usedDirectories), should be \(directories)")
        }
    }
}

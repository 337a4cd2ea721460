import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

extension Comparer {
    func compareDescriptors(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, copy: Int, index: Int
    ) {
        let size = old.geometry.descriptorSize
        let perBlock = old.geometry.descriptorsPerBlock
        for place in 0..<perBlock {
            let range = place * size..<(place + 1) * size
            let (left, right) = (one.slice(range), other.slice(range))
            guard !left.hasSameBytes(as: right) else { continue }
            let group = index * perBlock + place
            let (isOld, isNew) = (group < old.geometry.groupCount, group < new.geometry.groupCount)
            guard isOld && isNew else {
                if isOld || isNew {
                    ledger.attribute(.geometry, roots: .metadata)
                } else {
                    residue(block, left, right, "after the descriptors")
                }
                continue
            }
            compareDescriptor(left, right, group: group, copy: copy)
        }
    }

    private func compareDescriptor(
        _ one: ImageSlice, _ other: ImageSlice, group: Int, copy: Int
    ) {
        var roots: CauseSet = []
        let place = "descriptor of group \(group)" + (copy == 0 ? "" : ", copy in group \(copy)")
        for field in GroupDescriptor.layout where field.range.upperBound <= one.count {
            guard !one.slice(field.range).hasSameBytes(as: other.slice(field.range)) else {
                continue
            }
            let name = "\(field)"
            if name == "bg_checksum" { continue }
            let (cause, follows) = descriptorCause(name, group: group, copy: copy)
            ledger.attribute(cause, roots: follows)
            roots.formUnion(follows.isEmpty ? CauseSet(cause) : follows)
            guard follows.isEmpty else { continue }
            let what = cause == .checksum ? "wrong checksum" : name
            ledger.record(
                .init(cause: cause, what: what, unit: cause == .checksum ? .field : .group),
                Finding.Example(
                    "\(place), \(name)", offset: one.origin + UInt64(field.range.lowerBound),
                    before: Self.number(field, one), after: Self.number(field, other)))
        }
        // Descriptors beyond the table's fields are not used by any version.
        if one.count > 64, !one.slice(64..<one.count).hasSameBytes(as: other.slice(64..<one.count))
        {
            ledger.attribute(.unexplained)
        }
        let checksum = GroupDescriptor.Fields.checksum
        guard one[checksum] != other[checksum] else { return }
        attributeChecksum(
            isRight: isRight(one, group, old) && isRight(other, group, new),
            roots: roots.union(hasSameSeed ? [] : seedRoots),
            at: one.origin + UInt64(checksum.offset), "\(place), bg_checksum",
            UInt64(one[checksum]), UInt64(other[checksum]))
    }

    private func isRight(_ slice: ImageSlice, _ group: Int, _ image: Ext4Image) -> Bool {
        let found = slice[GroupDescriptor.Fields.checksum]
        let number = UInt32(truncatingIfNeeded: group)
        if hasChecksums(image) { return image.checksums.descriptor(slice, group: number) == found }
        guard image.superblock.readOnly.contains(.descriptorChecksums) else { return true }
        return image.checksums.descriptor16(slice, group: number) == found
    }

    private func descriptorCause(
        _ name: String, group: Int, copy: Int
    ) -> (Cause.Name, CauseSet) {
        switch name {
        case "bg_block_bitmap_csum_lo", "bg_block_bitmap_csum_hi":
            return bitmapChecksumCause(group: group, isInodes: false, copy: copy)
        case "bg_inode_bitmap_csum_lo", "bg_inode_bitmap_csum_hi":
            return bitmapChecksumCause(group: group, isInodes: true, copy: copy)
        case "bg_free_blocks_count", "bg_free_blocks_count_hi", "bg_free_inodes_count",
            "bg_free_inodes_count_hi", "bg_used_dirs_count", "bg_used_dirs_count_hi",
            "bg_itable_unused", "bg_itable_unused_hi":
            let isRight =
                copy != 0
                || groupCounts.isRight(name, group, old, .old)
                    && groupCounts.isRight(name, group, new, .new)
            return (.count, isRight ? .allocation : [])
        case "bg_flags":
            // That a bitmap is in use now follows from writing to it.
            let changed = old.groups[group].flags.symmetricDifference(new.groups[group].flags)
            let uses: GroupFlags = [.inodesUninitialized, .blocksUninitialized]
            return copy != 0 || changed.isSubset(of: uses)
                ? (.count, .allocation) : (.features, .zeroing)
        case "bg_reserved", "bg_exclude_bitmap_lo", "bg_exclude_bitmap_hi":
            return (.unexplained, [])
        default: return (.geometry, .metadata)
        }
    }

    private func bitmapChecksumCause(
        group: Int, isInodes: Bool, copy: Int
    ) -> (Cause.Name, CauseSet) {
        // Copies are brought up to date by few programs, so that only the first one is judged.
        let isRight =
            copy != 0
            || Self.isBitmapRight(old, group, isInodes) && Self.isBitmapRight(new, group, isInodes)
        guard isRight else { return (.checksum, []) }
        return (.checksum, hasSameSeed ? .allocation : bitmapRoots(group: group, isInodes))
    }

    /// With other seeds, the checksum of an equal bitmap follows from the UUID alone.
    private func bitmapRoots(group: Int, _ isInodes: Bool) -> CauseSet {
        let (old, new) = (self.old, self.new)
        let one = isInodes ? old.inodeBitmap(ofGroup: group) : old.blockBitmap(ofGroup: group)
        let other = isInodes ? new.inodeBitmap(ofGroup: group) : new.blockBitmap(ofGroup: group)
        guard let one, let other, one.hasSameBytes(as: other) else {
            return seedRoots.union(.allocation)
        }
        return seedRoots
    }

    private static func isBitmapRight(
        _ image: Ext4Image, _ group: Int, _ isInodes: Bool
    ) -> Bool {
        guard image.superblock.readOnly.contains(.metadataChecksums) else { return true }
        let descriptor = image.groups[group]
        // The checksum of a bitmap that was never written stands for nothing.
        let unused: GroupFlags = isInodes ? .inodesUninitialized : .blocksUninitialized
        if descriptor.flags.contains(unused) { return true }
        let bitmap =
            isInodes ? image.inodeBitmap(ofGroup: group) : image.blockBitmap(ofGroup: group)
        guard let bitmap else { return false }
        let bits = isInodes ? image.geometry.inodesPerGroup : image.geometry.clustersPerGroup
        let found = isInodes ? descriptor.inodeBitmapChecksum : descriptor.blockBitmapChecksum
        let expected = image.checksums.bitmap(bitmap, bits: bits)
        return image.geometry.descriptorSize >= 64
            ? found == expected : found & 0xFFFF == expected & 0xFFFF
    }

    private static func number(_ field: FieldExtent, _ slice: ImageSlice) -> String {
        String(slice.copy(field.range).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}

/// What a group's descriptor should count, calculated once for each group that is asked for.
struct GroupCounts {
    private var known: [Key: Counts] = [:]

    private struct Key: Hashable {
        let group: Int
        let isOld: Bool
    }

    private struct Counts {
        var freeBlocks: UInt64 = 0
        var freeInodes: UInt64 = 0
        var directories: UInt64 = 0
        /// Inodes at the end of the table that are not in use.
        var unused: UInt64 = 0
        var isBlocksKnown = true
        var isInodesKnown = true
    }

    mutating func isRight(
        _ name: String, _ group: Int, _ image: Ext4Image, _ side: Comparer.Side
    ) -> Bool {
        let key = Key(group: group, isOld: side == .old)
        let counts = known[key] ?? Self.count(group, image)
        known[key] = counts
        let descriptor = image.groups[group]
        if name.hasPrefix("bg_free_blocks") {
            return !counts.isBlocksKnown || UInt64(descriptor.freeBlocks) == counts.freeBlocks
        }
        guard counts.isInodesKnown else { return true }
        if name.hasPrefix("bg_free_inodes") {
            return UInt64(descriptor.freeInodes) == counts.freeInodes
        }
        if name.hasPrefix("bg_used_dirs") {
            return UInt64(descriptor.usedDirectories) == counts.directories
        }
        // The mark only has to lie after the last inode in use.
        return UInt64(descriptor.unusedInodes) <= counts.unused
    }

    private static func count(_ group: Int, _ image: Ext4Image) -> Counts {
        let geometry = image.geometry
        var counts = Counts()
        let flags = image.groups[group].flags
        let blocks = geometry.blocks(ofGroup: group)
        let clusters =
            (UInt64(blocks.count) + UInt64(geometry.blocksPerCluster) - 1)
            / UInt64(geometry.blocksPerCluster)
        if !flags.contains(.blocksUninitialized), let bitmap = image.blockBitmap(ofGroup: group) {
            counts.freeBlocks = zeros(bitmap, Int(clusters))
        } else {
            counts.isBlocksKnown = false
        }
        if flags.contains(.inodesUninitialized) {
            counts.freeInodes = geometry.inodesPerGroup
            counts.unused = geometry.inodesPerGroup
        } else if let bitmap = image.inodeBitmap(ofGroup: group),
            let table = image.inodeTable(ofGroup: group)
        {
            counts.freeInodes = zeros(bitmap, Int(geometry.inodesPerGroup))
            for index in 0..<Int(geometry.inodesPerGroup) {
                let start = index * geometry.inodeSize
                let isMarked =
                    index / 8 < bitmap.count && bitmap[byte: index / 8] >> (index % 8) & 1 == 1
                guard isMarked else {
                    counts.unused += 1
                    continue
                }
                counts.unused = 0
                let mode = table[Inode.Fields.mode, from: start]
                if FileKind(mode: mode) == .directory { counts.directories += 1 }
            }
        } else {
            counts.isInodesKnown = false
        }
        return counts
    }

    private static func zeros(_ bitmap: ImageSlice, _ bits: Int) -> UInt64 {
        var ones = 0
        let bits = min(bits, bitmap.count * 8)
        for index in 0..<bits / 8 { ones += bitmap[byte: index].nonzeroBitCount }
        for bit in bits / 8 * 8..<bits where bitmap[byte: bit / 8] >> (bit % 8) & 1 == 1 {
            ones += 1
        }
        return UInt64(bits - ones)
    }
}

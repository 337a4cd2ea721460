import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

extension Comparer {
    func compareSuperblocks(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, group: Int
    ) {
        let base = group == 0 && block == 0 && one.count > 1024 ? 1024 : 0
        if base > 0, !one.slice(0..<base).hasSameBytes(as: other.slice(0..<base)) {
            residue(block, one.slice(0..<base), other.slice(0..<base), "boot area")
        }
        let end = base + Superblock.byteCount
        let rest = min(end, one.count)..<one.count
        if !one.slice(rest).hasSameBytes(as: other.slice(rest)) {
            residue(
                block, one, other, "after a superblock",
                at: one.firstDifference(from: other, in: rest) ?? 0)
        }
        guard end <= one.count else { return }
        compareSuperblockFields(
            one.slice(base..<end), other.slice(base..<end), block: block, group: group)
    }

    func compareSuperblockFields(
        _ one: ImageSlice, _ other: ImageSlice, block: UInt64, group: Int
    ) {
        var roots: CauseSet = []
        for field in Superblock.layout
        where !one.slice(field.range).hasSameBytes(as: other.slice(field.range)) {
            let name = "\(field)"
            if name == "s_checksum" { continue }
            let (cause, follows) = superblockCause(name, one, other, isPrimary: group == 0)
            ledger.attribute(cause, roots: follows)
            roots.formUnion(follows.isEmpty ? CauseSet(cause) : follows)
            // What follows from something else is counted by blocks.
            guard follows.isEmpty || follows == .writing else { continue }
            let place = group == 0 ? "superblock" : "superblock copy in group \(group)"
            ledger.record(
                .init(cause: cause, what: name, unit: .copy, roots: follows),
                Finding.Example(
                    place, offset: one.origin + UInt64(field.range.lowerBound),
                    before: Self.text(field, one), after: Self.text(field, other)))
        }
        let checksum = Superblock.Fields.checksum
        guard one[checksum] != other[checksum] else { return }
        let isRight =
            (!hasChecksums(old) || MetadataChecksums.superblock(one) == one[checksum])
            && (!hasChecksums(new) || MetadataChecksums.superblock(other) == other[checksum])
        attributeChecksum(
            isRight: isRight, roots: roots, at: one.origin + UInt64(checksum.offset),
            group == 0 ? "superblock" : "superblock copy in group \(group)",
            UInt64(one[checksum]), UInt64(other[checksum]))
    }

    func hasChecksums(_ image: Ext4Image) -> Bool {
        image.superblock.readOnly.contains(.metadataChecksums)
    }

    /// A checksum that is right on both sides follows from what it covers; a wrong one from nothing.
    func attributeChecksum(
        isRight: Bool, roots: CauseSet, at offset: UInt64?, _ place: @autoclosure () -> String,
        _ before: UInt64, _ after: UInt64
    ) {
        if isRight, !roots.isEmpty { return ledger.attribute(.checksum, roots: roots) }
        // Right on both sides, and nothing that it covers differs: there is no such rule.
        guard !isRight else { return ledger.attribute(.unexplained) }
        ledger.attribute(.checksum)
        ledger.record(
            .init(cause: .checksum, what: "wrong checksum", unit: .field),
            Finding.Example(
                place(), offset: offset, before: "0x" + String(before, radix: 16),
                after: "0x" + String(after, radix: 16)))
    }

    private func superblockCause(
        _ name: String, _ one: ImageSlice, _ other: ImageSlice, isPrimary: Bool
    ) -> (Cause.Name, CauseSet) {
        switch name {
        case "s_wtime", "s_wtime_hi": return (.timestamp, .writing)
        case "s_kbytes_written": return (.mounted, .writing)
        case "s_free_blocks_count", "s_free_blocks_hi", "s_free_inodes_count":
            // Copies are brought up to date by few programs, so that only the first one is judged.
            let isRight = !isPrimary || (isTotalRight(name, old) && isTotalRight(name, new))
            return (.count, isRight ? .allocation : [])
        case "s_overhead_clusters": return (.count, .allocation)
        case "s_checksum_seed":
            return (.checksum, old.superblock.uuid == new.superblock.uuid ? [] : CauseSet(.uuid))
        case "s_jnl_blocks":
            // The last two words are the journal's size.
            let size = Superblock.Fields.journalBlocks.offset + 60
            let isSameSize = one.slice(size..<size + 8).hasSameBytes(
                as: other.slice(size..<size + 8))
            return isSameSize ? (.blockPlacement, .placement) : (.journal, [])
        case "s_lpf_ino", "s_orphan_file_inum": return (.inodeOrder, .numbering)
        case "s_usr_quota_inum", "s_grp_quota_inum", "s_prj_quota_inum", "s_min_extra_isize",
            "s_want_extra_isize", "s_mmp_update_interval", "s_mmp_block", "s_encrypt_algos",
            "s_encrypt_pw_salt", "s_encryption_level", "s_minor_rev_level", "s_rev_level",
            "s_raid_stride", "s_raid_stripe_width":
            return (.features, [])
        case "s_reserved", "s_reserved_pad", "s_magic": return (.unexplained, [])
        case let name where name.contains("error_") && !name.contains("time"):
            return (.mounted, [])
        default: return (CauseTable.cause(ofSuperblockField: name), [])
        }
    }

    /// Whether the superblock's count is the sum of the groups'.
    private func isTotalRight(_ name: String, _ image: Ext4Image) -> Bool {
        if name == "s_free_inodes_count" {
            return image.groups.reduce(0) { $0 + UInt64($1.freeInodes) }
                == UInt64(image.superblock[Superblock.Fields.freeInodes])
        }
        return image.groups.reduce(0) { $0 + UInt64($1.freeBlocks) }
            * UInt64(image.geometry.blocksPerCluster) == image.superblock.freeBlockCount
    }

    private static func text(_ field: FieldExtent, _ slice: ImageSlice) -> String {
        SuperblockFacts.value(slice.copy(field.range), of: "\(field)")
    }
}

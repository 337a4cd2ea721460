import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

extension Comparer {
    /// Bits that differ follow from whatever took or freed the blocks, as long as each side's bits
    /// say what its own files and tables say.
    func compareBlockBitmaps(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, group: Int
    ) {
        let isUsed = (
            !old.groups[group].flags.contains(.blocksUninitialized),
            !new.groups[group].flags.contains(.blocksUninitialized)
        )
        guard isUsed.0 || isUsed.1 else {
            return residue(block, one, other, "bitmap that is not in use")
        }
        guard isUsed.0 && isUsed.1 else { return ledger.attribute(.count, roots: .allocation) }
        let span = UInt64(old.geometry.blocksPerCluster)
        let first = old.geometry.blocks(ofGroup: group).lowerBound
        forEachBit(one, other) { bit, isSet, offset in
            let start = first + UInt64(bit) * span
            let ends = (self.old.geometry.blockCount, self.new.geometry.blockCount)
            guard UInt64(bit) < self.old.geometry.clustersPerGroup, start < max(ends.0, ends.1)
            else {
                // Bits past the end of a group stand for nothing; they are set by habit.
                let isGrown = ends.0 != ends.1
                self.ledger.attribute(
                    isGrown ? .geometry : .residue, roots: isGrown ? .metadata : [])
                return
            }
            guard start < min(ends.0, ends.1) else {
                return self.ledger.attribute(.geometry, roots: .metadata)
            }
            let owners = (self.oldOwners.owner(of: start), self.newOwners.owner(of: start))
            // A cluster is marked although its first block may be free.
            let isRight =
                span > 1
                || Self.agrees(owners.0, isSet.0) && Self.agrees(owners.1, isSet.1)
            guard isRight else {
                return self.wrongCount(
                    "bitmap bit", "block bitmap of group \(group), block \(start)",
                    block: block, offset: offset, isSet)
            }
            let reasons =
                isSet.1
                ? self.reasons(.new, owners.1) : self.reasons(.old, owners.0)
            for reason in reasons {
                self.ledger.attribute(
                    .count,
                    roots: reason.roots.isEmpty ? CauseSet(reason.cause) : reason.roots)
            }
            if reasons.isEmpty { self.ledger.attribute(.count, roots: .allocation) }
        }
    }

    private static func agrees(_ owner: BlockOwner, _ isSet: Bool) -> Bool {
        isSet ? owner != .lost : owner == .free
    }

    func compareInodeBitmaps(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, group: Int
    ) {
        let isUsed = (
            !old.groups[group].flags.contains(.inodesUninitialized),
            !new.groups[group].flags.contains(.inodesUninitialized)
        )
        guard isUsed.0 || isUsed.1 else {
            return residue(block, one, other, "bitmap that is not in use")
        }
        guard isUsed.0 && isUsed.1 else { return ledger.attribute(.count, roots: .allocation) }
        forEachBit(one, other) { bit, isSet, offset in
            guard UInt64(bit) < self.old.geometry.inodesPerGroup,
                let number = UInt32(
                    exactly: self.old.geometry.inodeNumber(group: group, index: bit))
            else { return self.ledger.attribute(.residue) }
            let isRight =
                self.agrees(.old, number, isSet.0) && self.agrees(.new, number, isSet.1)
            guard isRight else {
                return self.wrongCount(
                    "bitmap bit", "inode bitmap of group \(group), inode \(number)",
                    block: block, offset: offset, isSet)
            }
            let reason = self.inodeReason(isSet.1 ? .new : .old, number)
            let roots = reason.map { $0.roots.isEmpty ? CauseSet($0.cause) : $0.roots }
            self.ledger.attribute(.count, roots: roots ?? .allocation)
        }
    }

    private func agrees(_ side: Side, _ number: UInt32, _ isSet: Bool) -> Bool {
        let image = image(side)
        guard number >= image.superblock.firstInode else { return isSet }
        guard let inode = image.inode(number) else { return false }
        // An orphan is in use and has no links.
        return isSet == inode.isInUse || isSet && orphans(side).contains(number)
    }

    private func orphans(_ side: Side) -> Set<UInt32> {
        let known = side == .old ? orphans.old : orphans.new
        if let known { return known }
        let found = Set(image(side).orphans)
        if side == .old { orphans.old = found } else { orphans.new = found }
        return found
    }

    private func wrongCount(
        _ what: String, _ place: String, block: UInt64, offset: Int, _ isSet: (Bool, Bool)
    ) {
        ledger.attribute(.count)
        ledger.record(
            .init(cause: .count, what: "wrong \(what)", unit: .field),
            Finding.Example(
                place, offset: block * UInt64(old.geometry.blockSize) + UInt64(offset),
                before: isSet.0 ? "in use" : "free", after: isSet.1 ? "in use" : "free"))
    }

    private func forEachBit(
        _ one: ImageSlice, _ other: ImageSlice,
        _ body: (_ bit: Int, _ isSet: (Bool, Bool), _ offset: Int) -> Void
    ) {
        for offset in 0..<one.count {
            let (left, right) = (one[byte: offset], other[byte: offset])
            guard left != right else { continue }
            for bit in 0..<8 where (left ^ right) >> bit & 1 == 1 {
                body(offset * 8 + bit, (left >> bit & 1 == 1, right >> bit & 1 == 1), offset)
            }
        }
    }
}

import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

extension Comparer {
    /// A block of the file of orphans, which lists inodes that are deleted and still open.
    func compareOrphanFiles(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, _ left: borrowing Inode,
        _ right: borrowing Inode
    ) {
        var roots: CauseSet = []
        let end = one.count - OrphanBlockTail.byteCount
        if !one.slice(0..<end + 4).hasSameBytes(as: other.slice(0..<end + 4)) {
            ledger.attribute(.mounted)
            roots.insert(CauseSet(.mounted))
        }
        let tails = (OrphanBlockTail(closing: one), OrphanBlockTail(closing: other))
        guard tails.0.checksum != tails.1.checksum else { return }
        if !hasSameSeed { roots.formUnion(seedRoots) }
        if left.number != right.number { roots.formUnion(.numbering) }
        if left.generation != right.generation { roots.insert(CauseSet(.generation)) }
        let expected = (
            MetadataChecksums.orphans(one, number: block, inodeSeed: old.checksumSeed(of: left)),
            MetadataChecksums.orphans(other, number: block, inodeSeed: new.checksumSeed(of: right))
        )
        attributeChecksum(
            isRight: expected.0 == tails.0.checksum && expected.1 == tails.1.checksum, roots: roots,
            at: one.origin + UInt64(end + 4), "the file of orphans", UInt64(tails.0.checksum),
            UInt64(tails.1.checksum))
    }
}

import Ext4Image
import Ext4Layout
import ImageBytes

/// The digest of all blocks that one class of owner holds, for each class, of an image that was read.
struct ClassDigests {
    let image: Ext4Image
    let owners: OwnerMap
    let digest: ImageDigest
    let leaves: LeafHashes

    func classes() -> [GoldenFile.OwnerClass] {
        var tally = ClassTally(owners)
        let geometry = image.geometry
        forEachBlock(limit: geometry.blockCount, size: UInt64(geometry.blockSize)) { block in
            if geometry.blockSize == VerityTree.blockByteCount {
                if let leaf = leaves.digest(ofBlock: block) { tally.add(block, leaf) }
            } else if let content = image.block(block), !content.isZero(0..<content.count) {
                var hasher = SHA256Hasher()
                hasher.update(content.bytes)
                tally.add(block, hasher.finish())
            }
        }
        return tally.finish(blockCount: geometry.blockCount)
    }

    /// Every block that touches a page with data, in rising order, each once.
    private func forEachBlock(limit: UInt64, size: UInt64, _ body: (UInt64) -> Void) {
        let page = UInt64(VerityTree.blockByteCount)
        var next: UInt64 = 0
        for span in digest.spans {
            for bit in 0..<UInt64(VerityTree.fanOut) where span.present >> UInt128(bit) & 1 == 1 {
                let offset = (span.index * UInt64(VerityTree.fanOut) + bit) * page
                let first = max(next, offset / size)
                let end = min(limit, max(offset / size + 1, (offset + page) / size))
                guard first < end else { continue }
                for block in first..<end { body(block) }
                next = end
            }
        }
    }
}

import Ext4Image
import Ext4Layout
import ImageBytes

/// The digest of all blocks that one class of owner holds, for each class.
///
/// For each block of the class that is not zeros, in rising order: its number in 8 bytes,
/// little-endian, and the SHA-256 of its content. With blocks of 4 KiB that is the block's leaf.
enum ClassDigests {
    static func classes(
        of image: Ext4Image, owners: BlockOwners, digest: ImageDigest, leaves: LeafHashes
    ) -> [GoldenFile.OwnerClass] {
        var messages = OwnerClassName.allCases.map { _ in Message() }
        let blockSize = image.geometry.blockSize
        var position = 0
        forEachBlock(of: digest, blockSize: blockSize, limit: image.geometry.blockCount) { block in
            let name = owners.ownerClass(of: block, from: &position)
            if blockSize == VerityTree.blockByteCount {
                messages[name.index].add(block, leaves)
            } else if let content = image.block(block), !content.isZero(0..<content.count) {
                messages[name.index].add(block, content)
            }
        }
        let counts = owners.blockCounts
        return OwnerClassName.allCases.map { name in
            GoldenFile.OwnerClass(
                name: name.rawValue, blockCount: counts[name.index],
                digest: messages[name.index].finish())
        }
    }

    /// Every block that touches a page with data, in rising order, each once.
    private static func forEachBlock(
        of digest: ImageDigest, blockSize: Int, limit: UInt64, _ body: (UInt64) -> Void
    ) {
        let page = UInt64(VerityTree.blockByteCount)
        let size = UInt64(blockSize)
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

    /// What one class's digest is taken of, a piece at a time.
    private struct Message {
        private var hasher = SHA256Hasher()
        private var pending: [UInt8] = []

        mutating func add(_ block: UInt64, _ leaves: LeafHashes) {
            addNumber(block)
            leaves.append(leafOfBlock: block, to: &pending)
            if pending.count >= 1 << 16 { flush() }
        }

        mutating func add(_ block: UInt64, _ content: ImageSlice) {
            addNumber(block)
            var hasher = SHA256Hasher()
            hasher.update(content.bytes)
            hasher.finish().append(to: &pending)
            if pending.count >= 1 << 16 { flush() }
        }

        mutating func finish() -> SHA256Digest {
            flush()
            return hasher.finish()
        }

        private mutating func addNumber(_ block: UInt64) {
            for byte in 0..<8 {
                pending.append(UInt8(truncatingIfNeeded: block >> UInt64(8 * byte)))
            }
        }

        private mutating func flush() {
            hasher.update(pending)
            pending.removeAll(keepingCapacity: true)
        }
    }
}

extension BlockOwners {
    /// The class of a block, for blocks that are asked for in rising order: `position` remembers
    /// the run of the last one.
    func ownerClass(of block: UInt64, from position: inout Int) -> OwnerClassName {
        while position < runs.count, runs[position].end <= block { position += 1 }
        guard position < runs.count, runs[position].start <= block else { return .free }
        return runs[position].kind.ownerClass
    }
}

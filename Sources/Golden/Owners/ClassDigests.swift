import Ext4Image
import Ext4Layout
import ImageBytes

/// The digest of all blocks that one class of owner holds, for each class.
///
/// For each block of the class that is not zeros, in rising order: its number in 8 bytes,
/// little-endian, and the SHA-256 of its content. With blocks of 4 KiB that is the block's leaf.
struct ClassDigests<Runs: ClassedRuns> {
    let image: Ext4Image
    let owners: Runs
    let digest: ImageDigest
    let leaves: LeafHashes

    func classes() -> [GoldenFile.OwnerClass] {
        var messages = OwnerClassName.allCases.map { _ in ClassMessage() }
        var cursor = ClassCursor(owners)
        let blockSize = image.geometry.blockSize
        forEachBlock(limit: image.geometry.blockCount, size: UInt64(blockSize)) { block in
            let name = cursor.ownerClass(of: block)
            if blockSize == VerityTree.blockByteCount {
                messages[name.index].add(block, leaves)
            } else if let content = image.block(block), !content.isZero(0..<content.count) {
                messages[name.index].add(block, content)
            }
        }
        let counts = owners.blockCounts(of: image.geometry.blockCount)
        return OwnerClassName.allCases.map { name in
            GoldenFile.OwnerClass(
                name: name.rawValue, blockCount: counts[name.index],
                digest: messages[name.index].finish())
        }
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

/// What one class's digest is taken of, a piece at a time.
private struct ClassMessage {
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
        unsafe withUnsafeBytes(of: block.littleEndian) {
            unsafe pending.append(contentsOf: $0)
        }
    }

    private mutating func flush() {
        hasher.update(pending)
        pending.removeAll(keepingCapacity: true)
    }
}

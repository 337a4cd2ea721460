import Ext4Image

/// Takes the blocks of an image into the digests of the classes that own them.
///
/// A class's digest is that of all its blocks that are not zeros, in rising order: of each its number in 8
/// bytes, little-endian, and the SHA-256 of its content. With blocks of 4 KiB that is the block's leaf.
struct ClassTally<Runs: ClassedRuns> {
    private let owners: Runs
    private var cursor: ClassCursor<Runs>
    private var messages = OwnerClassName.allCases.map { _ in ClassMessage() }

    init(_ owners: Runs) {
        self.owners = owners
        cursor = ClassCursor(owners)
    }

    /// Takes a block that is not zeros. Blocks must rise.
    mutating func add(_ block: UInt64, _ digest: SHA256Digest) {
        messages[cursor.ownerClass(of: block).index].add(block, digest)
    }

    /// All classes of an image of so many blocks, in the order of a golden.
    mutating func finish(blockCount: UInt64) -> [GoldenFile.OwnerClass] {
        let counts = owners.blockCounts(of: blockCount)
        return OwnerClassName.allCases.map { name in
            GoldenFile.OwnerClass(
                name: name.rawValue, blockCount: counts[name.index],
                digest: messages[name.index].finish())
        }
    }
}

/// What one class's digest is taken of, a piece at a time.
private struct ClassMessage {
    private static let limit = 1 << 14

    private var hasher = SHA256Hasher()
    private var pending: [UInt8] = []

    mutating func add(_ block: UInt64, _ digest: SHA256Digest) {
        unsafe withUnsafeBytes(of: block.littleEndian) {
            unsafe pending.append(contentsOf: $0)
        }
        digest.append(to: &pending)
        if pending.count >= Self.limit { flush() }
    }

    mutating func finish() -> SHA256Digest {
        flush()
        return hasher.finish()
    }

    private mutating func flush() {
        hasher.update(pending)
        pending.removeAll(keepingCapacity: true)
    }
}

/// Brings the leaves of an image, which come in rising order, into spans. Blocks that never come are zeros.
struct SpanBuilder {
    private let tree: VerityTree
    private var spans: [SpanHash] = []
    /// The span that is being filled; its leaves up to the last that came, and the hashes of its blocks.
    private var index: UInt64 = 0
    private var present: UInt128 = 0
    private var leaves: [SHA256Digest] = []
    private var hashes: [UInt64] = []

    init(_ tree: VerityTree) {
        self.tree = tree
        leaves.reserveCapacity(VerityTree.fanOut)
    }

    /// Takes a block that is not zeros. Blocks must rise.
    ///
    /// - Parameters:
    ///   - block: the block's number, inside the image.
    ///   - leaf: its leaf.
    ///   - hash: its XXH3; nil where that is not wanted, for all blocks then.
    mutating func add(_ block: UInt64, _ leaf: SHA256Digest, hash: UInt64?) {
        let (span, slot) = block.quotientAndRemainder(dividingBy: UInt64(VerityTree.fanOut))
        if span != index { flush() }
        index = span
        precondition(span >= (spans.last?.index ?? 0) && leaves.count <= slot, "blocks rise")
        present |= 1 << UInt128(slot)
        while leaves.count < Int(slot) { leaves.append(VerityTree.zeroLeaf) }
        leaves.append(leaf)
        guard let hash else { return }
        if hashes.isEmpty { hashes.reserveCapacity(VerityTree.fanOut) }
        hashes.append(hash)
    }

    /// The spans that are not zeros, in rising order.
    mutating func finish() -> [SpanHash] {
        flush()
        return spans
    }

    private mutating func flush() {
        guard present != 0 else { return }
        while leaves.count < tree.blockCount(ofSpan: index) { leaves.append(VerityTree.zeroLeaf) }
        spans.append(
            SpanHash(
                index: index, digest: VerityTree.digest(of: leaves), firstLeaf: leaves[0],
                present: present, blocks: hashes))
        present = 0
        leaves.removeAll(keepingCapacity: true)
        hashes = []
    }
}

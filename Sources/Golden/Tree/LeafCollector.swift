import ImageBytes

/// Takes the leaves of one file, in rising order, and gives its root. Pages of zeros are left out.
struct LeafCollector {
    private let tree: VerityTree
    /// The finished hash blocks.
    private var spans: [VerityTree.Node] = []
    /// The leaves of the hash block that is being filled.
    private var leaves: [(slot: Int, leaf: SHA256Digest)] = []
    private var span: UInt64 = 0
    /// A page that is being put together from smaller blocks.
    private var page: [UInt8] = []
    private var pageIndex: UInt64 = 0

    init(tree: VerityTree) {
        self.tree = tree
        leaves.reserveCapacity(tree.blockCount(ofSpan: 0))
    }

    /// Takes the leaf of page `index`.
    mutating func add(_ index: UInt64, _ leaf: SHA256Digest) {
        let next = index / UInt64(VerityTree.fanOut)
        if next != span { flushSpan() }
        span = next
        leaves.append((Int(index % UInt64(VerityTree.fanOut)), leaf))
    }

    /// Takes bytes that lie within one page, at an offset in the file.
    mutating func add(bytes: ImageSlice, at offset: UInt64) {
        let index = offset / UInt64(VerityTree.blockByteCount)
        if index != pageIndex || page.isEmpty {
            flushPage()
            pageIndex = index
            page = [UInt8](repeating: 0, count: VerityTree.blockByteCount)
        }
        let start = Int(offset % UInt64(VerityTree.blockByteCount))
        page.replaceSubrange(start..<start + bytes.count, with: bytes.copy())
    }

    /// The root over all that came.
    mutating func root() -> SHA256Digest {
        flushPage()
        if tree.blockCount == 1 { return leaves.first?.leaf ?? VerityTree.zeroLeaf }
        flushSpan()
        return tree.root(ofSpans: spans)
    }

    /// Adds the hash block to some pages where one is all there is to hash; false where it is not.
    mutating func appendOnlyHashBlock(to pages: inout [UInt8]) -> Bool {
        flushPage()
        // A broken map may have named a block twice: the last one counts, as in `flushSpan`.
        guard (2...UInt64(VerityTree.fanOut)).contains(tree.blockCount),
            zip(leaves, leaves.dropFirst()).allSatisfy({ $0.slot < $1.slot })
        else { return false }
        VerityTree.appendHashBlock(of: leaves, count: Int(tree.blockCount), to: &pages)
        return true
    }

    private mutating func flushPage() {
        if page.contains(where: { $0 != 0 }) { add(pageIndex, SHA256Digest(of: page)) }
        page = []
    }

    private mutating func flushSpan() {
        guard !leaves.isEmpty else { return }
        var digests = [SHA256Digest](
            repeating: VerityTree.zeroLeaf, count: tree.blockCount(ofSpan: span))
        for (slot, leaf) in leaves { digests[slot] = leaf }
        spans.append(.init(index: span, digest: VerityTree.digest(of: digests)))
        leaves.removeAll(keepingCapacity: true)
    }
}

/// The content digest of one file that goes into an image: the same number that the image's `entry`
/// line has for it, from its bytes or from the leaves of an image that holds them.
public struct ContentRoot {
    private var collector: LeafCollector

    /// - Parameter byteCount: the size of the file; not 0, since an empty file has no digest.
    public init(byteCount: UInt64) {
        collector = LeafCollector(tree: VerityTree(byteCount: byteCount))
    }

    /// Takes pages of the file, in rising order, from where they lie in an image of blocks of 4 KiB.
    public mutating func add(
        pages: Range<UInt64>, atBlock first: UInt64, of leaves: LeafHashes
    ) {
        for page in pages {
            if let leaf = leaves.digest(ofBlock: first + page - pages.lowerBound) {
                collector.add(page, leaf)
            }
        }
    }

    /// Takes whole pages, filled up with zeros, in rising order. Pages that never come are zeros.
    public mutating func add(_ bytes: RawSpan, firstPage: UInt64) {
        let size = VerityTree.blockByteCount
        precondition(bytes.byteCount % size == 0, "only whole pages have a leaf")
        for (page, leaf) in PageHasher.sha256(bytes).enumerated() {
            collector.add(firstPage + UInt64(page), leaf)
        }
    }

    /// The digests of several files, none of them empty: sixteen hash blocks are hashed together in
    /// little more than the time of two, and most files have one.
    public static func finish(_ roots: consuming [ContentRoot]) -> [SHA256Digest] {
        var pages: [UInt8] = []
        var digests: [SHA256Digest?] = []
        for index in roots.indices {
            let waits = roots[index].collector.appendOnlyHashBlock(to: &pages)
            digests.append(waits ? nil : roots[index].finish())
        }
        var waiting = PageHasher.sha256(pages).makeIterator()
        return digests.compactMap { $0 ?? waiting.next() }
    }

    /// The digest of all that came.
    public mutating func finish() -> SHA256Digest { collector.root() }
}

/// The content digest of one file that goes into an image: the same number that the image's `entry`
/// line has for it.
public struct ContentRoot {
    private(set) var collector: LeafCollector

    /// - Parameter byteCount: the size of the file; not 0, since an empty file has no digest.
    public init(byteCount: UInt64) {
        collector = LeafCollector(tree: VerityTree(byteCount: byteCount))
    }

    /// Takes whole pages, filled up with zeros, in rising order. Pages that never come are zeros.
    public mutating func add(_ bytes: RawSpan, firstPage: UInt64) {
        let size = VerityTree.blockByteCount
        precondition(bytes.byteCount % size == 0, "only whole pages have a leaf")
        for (page, leaf) in PageHasher.sha256(bytes).enumerated() {
            collector.add(firstPage + UInt64(page), leaf)
        }
    }

    /// Takes the leaves of blocks of 4 KiB that an image has the file's pages in, in rising order; zeros
    /// follow the file's end in its last one.
    public mutating func add(_ leaves: LeafHashes, of blocks: Range<UInt64>, firstPage: UInt64) {
        for block in blocks {
            if let leaf = leaves.digest(ofBlock: block) {
                collector.add(firstPage + (block - blocks.lowerBound), leaf)
            }
        }
    }

    /// The digest of all that came.
    public mutating func finish() -> SHA256Digest { collector.root() }
}

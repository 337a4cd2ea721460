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

    /// Takes the leaf of a page that is not zeros; zeros follow the file's end in its last one. Pages must
    /// rise, and those that never come are zeros.
    public mutating func add(_ leaf: SHA256Digest, page: UInt64) { collector.add(page, leaf) }

    /// The digest of all that came.
    public mutating func finish() -> SHA256Digest { collector.root() }
}

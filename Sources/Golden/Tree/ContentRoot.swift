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
        let count = bytes.byteCount / size
        precondition(bytes.byteCount % size == 0, "only whole pages have a leaf")
        var digests = [UInt8](repeating: 0, count: count * SHA256Digest.byteCount)
        unsafe digests.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe PageHasher.sha256(bytes, into: base)
        }
        for page in 0..<count {
            let start = page * SHA256Digest.byteCount
            guard let leaf = SHA256Digest(digests[start..<start + SHA256Digest.byteCount]) else {
                preconditionFailure("32 bytes are a digest")
            }
            collector.add(firstPage + UInt64(page), leaf)
        }
    }

    /// The digest of all that came.
    public mutating func finish() -> SHA256Digest { collector.root() }
}

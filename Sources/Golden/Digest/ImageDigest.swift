/// What the bytes of an image come to: the root, which is the judge, and the spans, which localise.
public struct ImageDigest: Equatable, Sendable {
    /// The size of the image in bytes.
    public let byteCount: UInt64
    /// The dm-verity root; see ``VerityTree``.
    public let root: SHA256Digest
    /// The spans that hold a byte other than zero, sorted by index.
    public let spans: [SpanHash]
    /// Plain SHA-256 of all bytes, where it was asked for.
    public let sha256: SHA256Digest?

    /// `spans` are all that are not zeros, in any order.
    init(byteCount: UInt64, spans: [SpanHash], sha256: SHA256Digest? = nil) {
        self.byteCount = byteCount
        self.spans = spans.sorted { $0.index < $1.index }
        self.sha256 = sha256
        root = VerityTree(byteCount: byteCount).root(of: self.spans)
    }

    /// The hash of every block that is not zeros; empty where it was not asked for.
    public var blockHashes: BlockHashes {
        BlockHashes(
            spans: spans.filter { !$0.blocks.isEmpty }.map {
                BlockHashes.Span(index: $0.index, present: $0.present, hashes: $0.blocks)
            })
    }
}

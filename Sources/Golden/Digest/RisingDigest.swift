/// Digests an image whose blocks come in rising order, in one pass: its tree, the image as one message
/// and, where that is wanted, the hash of each block.
///
/// Of a block that has come only that hash is kept.
public struct RisingDigest {
    private static let blockSize = VerityTree.blockByteCount

    private let tree: VerityTree
    private let wantsBlocks: Bool
    private var message = PagedMessage()
    private var spans: SpanBuilder

    /// - Parameters:
    ///   - byteCount: the size of the image: whole blocks of 4 KiB, not 0.
    ///   - wantsBlocks: whether the XXH3 of each block is wanted.
    public init(byteCount: UInt64, wantsBlocks: Bool) {
        precondition(byteCount > 0 && byteCount % UInt64(Self.blockSize) == 0, "whole blocks")
        tree = VerityTree(byteCount: byteCount)
        spans = SpanBuilder(tree)
        self.wantsBlocks = wantsBlocks
    }

    /// All blocks before this one have come.
    public var position: UInt64 { message.byteCount / UInt64(Self.blockSize) }

    /// Takes the next blocks.
    ///
    /// - Parameters:
    ///   - bytes: whole blocks, which lie in the image.
    ///   - each: is handed the number and the leaf of each block that is not zeros.
    public mutating func add(
        _ bytes: RawSpan, each: (_ block: UInt64, _ leaf: SHA256Digest) -> Void
    ) {
        let count = bytes.byteCount / Self.blockSize
        precondition(bytes.byteCount % Self.blockSize == 0, "only whole blocks have a leaf")
        precondition(UInt64(count) <= tree.blockCount - position, "the blocks lie in the image")
        let first = position
        for (index, leaf) in message.add(bytes).enumerated() where leaf != VerityTree.zeroLeaf {
            let block = first + UInt64(index)
            // The hashing has brought the bytes near the processor.
            let content = bytes.extracting(index * Self.blockSize..<(index + 1) * Self.blockSize)
            spans.add(block, leaf, hash: wantsBlocks ? PageHasher.xxh3(content) : nil)
            each(block, leaf)
        }
    }

    /// Takes blocks of zeros, up to block `end`.
    public mutating func addZeros(upTo end: UInt64) {
        precondition(end <= tree.blockCount, "the blocks lie in the image")
        message.addZeros(upTo: end * UInt64(Self.blockSize))
    }

    /// What the image comes to, the plain digest among it, when all of its blocks have come.
    public mutating func finish() -> ImageDigest {
        precondition(position == tree.blockCount, "all blocks have come")
        return ImageDigest(
            byteCount: tree.byteCount, spans: spans.finish(), sha256: message.finish())
    }
}

/// Hashes spans one after another, with a buffer of its own. One thread owns it.
@safe final class SpanHasher {
    /// Where the bytes of the next span go: 512 KiB.
    let buffer: UnsafeMutableRawBufferPointer
    private let leaves: UnsafeMutablePointer<UInt8>
    /// Of a block, in bytes.
    private let size = VerityTree.blockByteCount
    private let wantsBlocks: Bool
    private let keeper: LeafHashes?
    /// The image as one message, where that is wanted in the same pass.
    private var message: PagedMessage?
    private var expectsZeros = false

    /// As many as are hashed side by side.
    private static let blocksAtOnce = 16

    /// - Parameters:
    ///   - wantsBlocks: whether the XXH3 of each block is wanted as well.
    ///   - wantsMessage: whether the plain digest of the image is. Spans come in rising order then, and
    ///     those that do not come are zeros.
    ///   - keeper: where each leaf is put for later use; nil for nowhere.
    init(wantsBlocks: Bool, wantsMessage: Bool = false, keeper: LeafHashes? = nil) {
        self.wantsBlocks = wantsBlocks
        self.keeper = keeper
        message = wantsMessage ? PagedMessage() : nil
        unsafe buffer = .allocate(
            byteCount: VerityTree.spanByteCount, alignment: VerityTree.blockByteCount)
        unsafe leaves = .allocate(capacity: VerityTree.blockByteCount)
    }

    deinit {
        unsafe buffer.deallocate()
        unsafe leaves.deallocate()
    }

    /// The hashes of the first `count` bytes of the buffer; nil where they are zeros.
    func hash(span index: UInt64, byteCount count: Int) -> SpanHash? {
        let blockCount = (count + size - 1) / size
        let end = blockCount * size
        for index in count..<end { unsafe buffer[index] = 0 }
        return unsafe hash(
            span: index, UnsafeRawBufferPointer(rebasing: buffer[..<end]).bytes, byteCount: count)
    }

    /// The hashes of whole blocks that lie elsewhere; nil where they are zeros.
    func hash(span index: UInt64, _ bytes: RawSpan) -> SpanHash? {
        hash(span: index, bytes, byteCount: bytes.byteCount)
    }

    /// The plain digest of an image of `byteCount` bytes whose spans have all come.
    func finishMessage(byteCount: UInt64) -> SHA256Digest? {
        message?.addZeros(upTo: byteCount)
        return message?.finish()
    }

    private func hash(span index: UInt64, _ bytes: RawSpan, byteCount: Int) -> SpanHash? {
        unsafe leaves.initialize(repeating: 0, count: VerityTree.blockByteCount)
        if message == nil {
            fillLeaves(of: bytes)
        } else {
            message?.addZeros(upTo: index * UInt64(VerityTree.spanByteCount))
            unsafe message?.add(bytes, byteCount: byteCount, digests: leaves)
        }
        // Whether a block is zeros its leaf says: to look at it first is to wait for memory once more.
        var present: UInt128 = 0
        for block in 0..<bytes.byteCount / size where leaf(block) != VerityTree.zeroLeaf {
            present |= 1 << UInt128(block)
        }
        guard present != 0 else { return nil }
        // The hashing has brought the bytes near the processor.
        let blocks = hashBlocks(of: bytes, present)
        keep(index, bytes, present)
        return SpanHash(
            index: index, digest: unsafe Self.pageDigest(of: leaves),
            firstLeaf: leaf(0), present: present, blocks: blocks)
    }

    private func hashBlocks(of bytes: RawSpan, _ present: UInt128) -> [UInt64] {
        guard wantsBlocks else { return [] }
        var blocks: [UInt64] = []
        blocks.reserveCapacity(present.nonzeroBitCount)
        for block in 0..<bytes.byteCount / size where present >> UInt128(block) & 1 == 1 {
            blocks.append(PageHasher.xxh3(bytes.extracting(range(of: block))))
        }
        return blocks
    }

    /// Hands the leaves on.
    private func keep(_ span: UInt64, _ bytes: RawSpan, _ present: UInt128) {
        guard let keeper else { return }
        for block in 0..<bytes.byteCount / size where present >> UInt128(block) & 1 == 1 {
            keeper.note(
                usedByteCount: PageHasher.usedByteCount(of: bytes.extracting(range(of: block))),
                ofBlock: span * UInt64(VerityTree.fanOut) + UInt64(block))
        }
        unsafe keeper.keep(leaves, ofSpan: span, present: present)
    }

    /// Computes the leaves, some blocks at a time. Where the ones before ended in zeros, the next are looked
    /// at first, since leaves of zeros are a constant.
    private func fillLeaves(of bytes: RawSpan) {
        let blockCount = bytes.byteCount / size
        for first in stride(from: 0, to: blockCount, by: Self.blocksAtOnce) {
            let end = min(first + Self.blocksAtOnce, blockCount)
            let blocks = bytes.extracting(first * size..<end * size)
            if expectsZeros, PageHasher.isZero(blocks) {
                for block in first..<end { fillZeroLeaf(block) }
            } else {
                unsafe PageHasher.sha256(blocks, into: leaves + first * SHA256Digest.byteCount)
                expectsZeros = leaf(end - 1) == VerityTree.zeroLeaf
            }
        }
    }

    private func fillZeroLeaf(_ block: Int) {
        for (index, byte) in Self.zeroLeaf.enumerated() {
            unsafe leaves[block * SHA256Digest.byteCount + index] = byte
        }
    }

    private func leaf(_ block: Int) -> SHA256Digest {
        unsafe SHA256Digest(at: leaves + block * SHA256Digest.byteCount)
    }

    private func range(of block: Int) -> Range<Int> { block * size..<(block + 1) * size }

    private static let zeroLeaf = VerityTree.zeroLeaf.bytes

    /// The digest of a page of leaves.
    static func pageDigest(of page: UnsafePointer<UInt8>) -> SHA256Digest {
        var hasher = SHA256Hasher()
        let bytes = unsafe UnsafeRawBufferPointer(start: page, count: VerityTree.blockByteCount)
        unsafe hasher.update(bytes.bytes)
        return hasher.finish()
    }
}

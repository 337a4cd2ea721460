/// Hashes spans one after another, with a buffer of its own. One thread owns it.
@safe final class SpanHasher {
    /// Where the bytes of the next span go: 512 KiB.
    let buffer: UnsafeMutableRawBufferPointer
    private let leaves: UnsafeMutablePointer<UInt8>
    private let wantsBlocks: Bool
    private let keeper: LeafHashes?

    /// - Parameters:
    ///   - wantsBlocks: whether the XXH3 of each block is wanted as well.
    ///   - keeper: where each leaf is put for later use; nil for nowhere.
    init(wantsBlocks: Bool, keeper: LeafHashes? = nil) {
        self.wantsBlocks = wantsBlocks
        self.keeper = keeper
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
        let size = VerityTree.blockByteCount
        let blockCount = (count + size - 1) / size
        let end = blockCount * size
        for index in count..<end { unsafe buffer[index] = 0 }
        return unsafe hash(
            span: index, UnsafeRawBufferPointer(rebasing: buffer[..<end]).bytes)
    }

    /// The hashes of whole blocks that lie elsewhere; nil where they are zeros.
    func hash(span index: UInt64, _ bytes: RawSpan) -> SpanHash? {
        let size = VerityTree.blockByteCount
        let blockCount = bytes.byteCount / size
        var present: UInt128 = 0
        var blocks: [UInt64] = []
        for block in 0..<blockCount {
            let content = bytes.extracting(block * size..<(block + 1) * size)
            guard !PageHasher.isZero(content) else { continue }
            present |= 1 << UInt128(block)
            if wantsBlocks { blocks.append(PageHasher.xxh3(content)) }
        }
        guard present != 0 else { return nil }

        fillLeaves(of: bytes, blockCount: blockCount, present: present)
        keep(index, bytes, present)
        return SpanHash(
            index: index, digest: unsafe Self.pageDigest(of: leaves),
            firstLeaf: unsafe SHA256Digest(at: leaves), present: present, blocks: blocks)
    }

    /// Hands the leaves on, once the hashing has brought the bytes near the processor.
    private func keep(_ span: UInt64, _ bytes: RawSpan, _ present: UInt128) {
        guard let keeper else { return }
        let size = VerityTree.blockByteCount
        for block in 0..<bytes.byteCount / size where present >> UInt128(block) & 1 == 1 {
            let content = bytes.extracting(block * size..<(block + 1) * size)
            keeper.note(
                usedByteCount: PageHasher.usedByteCount(of: content),
                ofBlock: span * UInt64(VerityTree.fanOut) + UInt64(block))
        }
        unsafe keeper.keep(leaves, ofSpan: span, present: present)
    }

    /// Leaves of zero blocks are a constant; runs of other blocks are hashed in one call.
    private func fillLeaves(of bytes: RawSpan, blockCount: Int, present: UInt128) {
        let size = VerityTree.blockByteCount
        unsafe leaves.initialize(repeating: 0, count: size)
        var block = 0
        while block < blockCount {
            var end = block
            while end < blockCount, present >> UInt128(end) & 1 == 1 { end += 1 }
            if end > block {
                let run = bytes.extracting(block * size..<end * size)
                unsafe PageHasher.sha256(run, into: leaves + block * SHA256Digest.byteCount)
                block = end
            } else {
                for (index, byte) in Self.zeroLeaf.enumerated() {
                    unsafe leaves[block * SHA256Digest.byteCount + index] = byte
                }
                block += 1
            }
        }
    }

    private static let zeroLeaf = VerityTree.zeroLeaf.bytes

    /// The digest of a page of leaves.
    static func pageDigest(of page: UnsafePointer<UInt8>) -> SHA256Digest {
        var hasher = SHA256Hasher()
        let bytes = unsafe UnsafeRawBufferPointer(start: page, count: VerityTree.blockByteCount)
        unsafe hasher.update(bytes.bytes)
        return hasher.finish()
    }
}

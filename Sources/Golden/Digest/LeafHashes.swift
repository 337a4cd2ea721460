import HostSystem
public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The leaves of an image's dm-verity tree while the image is being written.
///
/// Whoever writes the blocks hands them in, and the whole digest comes out at the end without a second
/// pass over the bytes. A block that nobody hands in is zeros. One thread at a time may hand in.
///
/// Memory is taken as blocks come: 40 bytes for each, 32 once the digest is computed.
@safe public final class LeafHashes: @unchecked Sendable {
    /// The size of the image in bytes.
    public let byteCount: UInt64
    private let tree: VerityTree
    /// One leaf a block, 32 bytes; all zeros for a block of zeros. Pages that were never written
    /// take no memory, which is why this is a mapping and not an array.
    private let leaves: UnsafeMutablePointer<UInt8>
    private let hashes: UnsafeMutablePointer<UInt64>
    /// Bytes of each block up to the last that is not zero: tells, without a look at the block, what
    /// lies after the end of a file.
    private let used: UnsafeMutablePointer<UInt16>
    private let slotCount: Int
    private var isDigested = false

    /// Makes room for an image of `byteCount` bytes; `path` is what errors call it.
    public init(path: FilePath, byteCount: UInt64) throws(DigestError) {
        let tree = VerityTree(byteCount: byteCount)
        // Leaves are mapped for whole spans, so that each span's leaves are one readable page.
        let slots = tree.spanCount.multipliedReportingOverflow(by: UInt64(VerityTree.fanOut))
        let bytes = slots.partialValue.multipliedReportingOverflow(by: 32)
        guard byteCount > 0, byteCount <= UInt64(Int64.max), !slots.overflow, !bytes.overflow,
            let slotCount = Int(exactly: slots.partialValue)
        else { throw .unusableSize(path: path, byteCount: byteCount) }
        self.byteCount = byteCount
        self.tree = tree
        self.slotCount = slotCount
        unsafe leaves = try Self.map(slotCount * 32, path)
            .bindMemory(to: UInt8.self, capacity: slotCount * 32)
        do {
            unsafe hashes = try Self.map(slotCount * 8, path)
                .bindMemory(to: UInt64.self, capacity: slotCount)
        } catch {
            unsafe munmap(leaves, slotCount * 32)
            throw error
        }
        do {
            unsafe used = try Self.map(slotCount * 2, path)
                .bindMemory(to: UInt16.self, capacity: slotCount)
        } catch {
            unsafe munmap(leaves, slotCount * 32)
            unsafe munmap(hashes, slotCount * 8)
            throw error
        }
    }

    deinit {
        unsafe munmap(leaves, slotCount * 32)
        unsafe munmap(hashes, slotCount * 8)
        unsafe munmap(used, slotCount * 2)
    }

    /// Takes the content of whole 4 KiB blocks of the image, from block `firstBlock` on, which is also the
    /// next piece of a message.
    public func record(_ bytes: RawSpan, firstBlock: UInt64, in message: inout PagedMessage) {
        let size = VerityTree.blockByteCount
        let count = bytes.byteCount / size
        precondition(bytes.byteCount % size == 0, "only whole blocks have a leaf")
        precondition(
            firstBlock <= tree.blockCount && UInt64(count) <= tree.blockCount - firstBlock,
            "the blocks lie in the image")
        guard count > 0 else { return }
        unsafe message.add(
            bytes, byteCount: bytes.byteCount, digests: leaf(Int(firstBlock)))
        for index in 0..<count {
            let block = Int(firstBlock) + index
            if unsafe SHA256Digest(at: leaf(block)) == VerityTree.zeroLeaf {
                unsafe leaf(block).update(repeating: 0, count: SHA256Digest.byteCount)
            } else {
                let content = bytes.extracting(index * size..<(index + 1) * size)
                unsafe hashes[block] = PageHasher.xxh3(content)
            }
        }
    }

    /// Keeps the leaves of a span that were computed elsewhere, zeros left out.
    func keep(_ page: UnsafePointer<UInt8>, ofSpan span: UInt64, present: UInt128) {
        let first = Int(span) * VerityTree.fanOut
        for block in 0..<VerityTree.fanOut where present >> UInt128(block) & 1 == 1 {
            unsafe leaf(first + block).update(
                from: page + block * SHA256Digest.byteCount, count: SHA256Digest.byteCount)
        }
    }

    /// Keeps how far a block's content reaches; at most 4,096 bytes.
    func note(usedByteCount count: Int, ofBlock block: UInt64) {
        unsafe used[Int(block)] = UInt16(count)
    }

    /// How many bytes of a block there are up to the last that is not zero; a whole block where nobody
    /// has noted it.
    func usedByteCount(ofBlock block: UInt64) -> Int {
        guard block < tree.blockCount, hasLeaf(Int(block)) else { return 0 }
        let noted = unsafe Int(used[Int(block)])
        return noted == 0 ? VerityTree.blockByteCount : noted
    }

    /// The leaf of a block; nil where it is zeros or lies outside, as it may where an image was cut.
    func digest(ofBlock block: UInt64) -> SHA256Digest? {
        guard block < tree.blockCount else { return nil }
        return hasLeaf(Int(block)) ? unsafe SHA256Digest(at: leaf(Int(block))) : nil
    }

    /// Adds the 32 bytes of a block's leaf to a message. The block is known not to be zeros.
    func append(leafOfBlock block: UInt64, to message: inout [UInt8]) {
        guard block < tree.blockCount else { return }
        let bytes = unsafe UnsafeBufferPointer(
            start: leaf(Int(block)), count: SHA256Digest.byteCount)
        unsafe message.append(contentsOf: bytes)
    }

    /// The digest of the image of all blocks handed in. What only it needs is let go of: to be asked for
    /// once.
    public func digest(jobs: Int) -> ImageDigest {
        precondition(!isDigested, "the hashes of blocks are gone")
        isDigested = true
        let chunk: UInt64 = 512
        let chunks = (tree.spanCount + chunk - 1) / chunk
        let parts = ThreadTeam.map(count: Int(chunks), workers: max(1, jobs)) { index in
            let first = UInt64(index) * chunk
            return (first..<min(first + chunk, self.tree.spanCount)).compactMap(self.spanHash)
        }
        // The mapping is ours, and stays.
        unsafe madvise(hashes, slotCount * 8, MADV_DONTNEED)
        return ImageDigest(byteCount: byteCount, spans: parts.flatMap(\.self))
    }

    private func spanHash(_ span: UInt64) -> SpanHash? {
        let first = Int(span) * VerityTree.fanOut
        let page = unsafe UnsafeRawBufferPointer(
            start: leaf(first), count: VerityTree.blockByteCount)
        guard unsafe !PageHasher.isZero(page.bytes) else { return nil }

        var present: UInt128 = 0
        var blocks: [UInt64] = []
        var digests: [SHA256Digest] = []
        for block in 0..<tree.blockCount(ofSpan: span) {
            if hasLeaf(first + block) {
                present |= 1 << UInt128(block)
                unsafe blocks.append(hashes[first + block])
                digests.append(unsafe SHA256Digest(at: leaf(first + block)))
            } else {
                digests.append(VerityTree.zeroLeaf)
            }
        }
        return SpanHash(
            index: span, digest: VerityTree.digest(of: digests), firstLeaf: digests[0],
            present: present, blocks: blocks)
    }

    private func hasLeaf(_ block: Int) -> Bool {
        let bytes = unsafe UnsafeRawBufferPointer(start: leaf(block), count: 32)
        return unsafe !PageHasher.isZero(bytes.bytes)
    }

    private func leaf(_ block: Int) -> UnsafeMutablePointer<UInt8> {
        unsafe leaves + block * SHA256Digest.byteCount
    }

    private static func map(
        _ byteCount: Int, _ path: FilePath
    ) throws(DigestError) -> UnsafeMutableRawPointer {
        let mapping = unsafe mmap(
            nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
            0)
        guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
            throw .file(FileError("reserve memory for the hashes of", path, Errno(rawValue: errno)))
        }
        return unsafe mapping
    }
}

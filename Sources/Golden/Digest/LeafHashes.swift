import HostSystem
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The leaves of an image's dm-verity tree, kept from a pass over its bytes for when its structures are
/// known. A block that nobody hands in is zeros. Threads may hand in at one time, different spans each.
///
/// Memory is taken as blocks come: 34 bytes for each.
@safe final class LeafHashes: @unchecked Sendable {
    private let tree: VerityTree
    /// One leaf a block, 32 bytes; all zeros for a block of zeros. Pages that were never written
    /// take no memory, which is why this is a mapping and not an array.
    private let leaves: UnsafeMutablePointer<UInt8>
    /// Bytes of each block up to the last that is not zero: tells, without a look at the block, what
    /// lies after the end of a file.
    private let used: UnsafeMutablePointer<UInt16>
    private let slotCount: Int

    /// Makes room for an image of `byteCount` bytes; `path` is what errors call it.
    init(path: FilePath, byteCount: UInt64) throws(DigestError) {
        let tree = VerityTree(byteCount: byteCount)
        // Leaves are mapped for whole spans, so that each span's leaves are one readable page.
        let slots = tree.spanCount.multipliedReportingOverflow(by: UInt64(VerityTree.fanOut))
        let bytes = slots.partialValue.multipliedReportingOverflow(by: 32)
        guard byteCount > 0, byteCount <= UInt64(Int64.max), !slots.overflow, !bytes.overflow,
            let slotCount = Int(exactly: slots.partialValue)
        else { throw .unusableSize(path: path, byteCount: byteCount) }
        self.tree = tree
        self.slotCount = slotCount
        unsafe leaves = try Self.map(slotCount * 32, path)
            .bindMemory(to: UInt8.self, capacity: slotCount * 32)
        do {
            unsafe used = try Self.map(slotCount * 2, path)
                .bindMemory(to: UInt16.self, capacity: slotCount)
        } catch {
            unsafe munmap(leaves, slotCount * 32)
            throw error
        }
    }

    deinit {
        unsafe munmap(leaves, slotCount * 32)
        unsafe munmap(used, slotCount * 2)
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

    /// How many bytes of a block there are up to the last that is not zero.
    func usedByteCount(ofBlock block: UInt64) -> Int {
        block < tree.blockCount ? unsafe Int(used[Int(block)]) : 0
    }

    /// The leaf of a block; nil where it is zeros or lies outside, as it may where an image was cut.
    func digest(ofBlock block: UInt64) -> SHA256Digest? {
        guard block < tree.blockCount else { return nil }
        return hasLeaf(Int(block)) ? unsafe SHA256Digest(at: leaf(Int(block))) : nil
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

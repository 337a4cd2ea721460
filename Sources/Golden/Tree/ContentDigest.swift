import Ext4Image
import Ext4Layout
import ImageBytes

/// The digest of a file's content: the dm-verity root over it, as ``VerityTree`` computes it.
///
/// The leaves of the image are those of its files wherever a file's blocks lie, so that no byte is
/// hashed a second time. fs-verity arranges a file's tree the same way.
struct ContentDigest: Sendable {
    let image: Ext4Image
    /// The image's leaves; useless for blocks of less than 4 KiB, and then bytes are read.
    let leaves: LeafHashes
    let budget: BlockBudget

    private var usesLeaves: Bool {
        image.geometry.blockSize % VerityTree.blockByteCount == 0
    }

    /// Why a file has no digest.
    enum Failure: Error {
        case format(FormatError)
        case blocksTwice
    }

    /// The digest of a file that is not empty.
    func digest(of inode: borrowing Inode) throws(Failure) -> SHA256Digest {
        var leaves = try leaves(of: inode)
        return leaves.root()
    }

    /// The leaves of a file that is not empty, for its digest.
    func leaves(of inode: borrowing Inode) throws(Failure) -> LeafCollector {
        if inode.flags.contains(.inlineData) { return try inlineLeaves(of: inode) }
        let tree = VerityTree(byteCount: inode.size)
        var nodes = LeafCollector(tree: tree)
        var failure: Failure?
        image.walkMap(of: inode) { event in
            switch event {
            case .node: return true
            case .flaw(let flaw): failure = .format(flaw)
            case .run(let run):
                guard self.budget.take(run.length) else {
                    failure = .blocksTwice
                    break
                }
                if !run.isUnwritten { add(run, of: inode.size, to: &nodes) }
            }
            return failure == nil
        }
        if let failure { throw failure }
        return nodes
    }

    /// Content inside an inode is short; `content` bounds it by what the inode can hold.
    private func inlineLeaves(of inode: borrowing Inode) throws(Failure) -> LeafCollector {
        let content: [UInt8]
        do { content = try image.content(of: inode, limit: 1 << 16) } catch {
            throw .format(error)
        }
        let tree = VerityTree(byteCount: inode.size)
        var nodes = LeafCollector(tree: tree)
        let size = VerityTree.blockByteCount
        for start in stride(from: 0, to: content.count, by: size) {
            let page = content[start..<min(start + size, content.count)]
            let padded = Array(page) + [UInt8](repeating: 0, count: size - page.count)
            if padded.contains(where: { $0 != 0 }) {
                nodes.add(UInt64(start / size), SHA256Digest(of: padded))
            }
        }
        return nodes
    }

    /// Adds the leaves of a run, as far as it lies within the file's size.
    private func add(_ run: BlockRun, of size: UInt64, to nodes: inout LeafCollector) {
        let blockSize = UInt64(image.geometry.blockSize)
        let page = UInt64(VerityTree.blockByteCount)
        guard usesLeaves else { return addBytes(of: run, size, to: &nodes) }
        let perBlock = blockSize / page
        let first = run.logical * perBlock
        let physical = run.physical * perBlock
        let end = min(first + run.length * perBlock, size / page + (size % page == 0 ? 0 : 1))
        guard first < end else { return }
        let whole = min(end, size / page)
        for index in first..<max(first, whole) {
            if let leaf = leaves.digest(ofBlock: physical + index - first) {
                nodes.add(index, leaf)
            }
        }
        if whole < end { addTail(physical + (end - 1) - first, index: end - 1, size, to: &nodes) }
    }

    /// The last page of a file counts as if zeros followed its end, whatever lies there.
    private func addTail(
        _ physical: UInt64, index: UInt64, _ size: UInt64, to nodes: inout LeafCollector
    ) {
        let page = VerityTree.blockByteCount
        let used = Int(size % UInt64(page))
        if leaves.usedByteCount(ofBlock: physical) <= used {
            if let leaf = leaves.digest(ofBlock: physical) { nodes.add(index, leaf) }
            return
        }
        guard let slice = image.slice.slice(ifAt: physical * UInt64(page), count: page) else {
            return
        }
        let padded = slice.copy(0..<used) + [UInt8](repeating: 0, count: page - used)
        if padded.contains(where: { $0 != 0 }) { nodes.add(index, SHA256Digest(of: padded)) }
    }

    /// The same for blocks that are smaller than a page: pages are put together from them.
    private func addBytes(of run: BlockRun, _ size: UInt64, to nodes: inout LeafCollector) {
        let blockSize = UInt64(image.geometry.blockSize)
        for index in 0..<run.length {
            let start = (run.logical + index) * blockSize
            guard start < size, let block = image.block(run.physical + index) else { return }
            nodes.add(bytes: block.slice(0..<Int(min(blockSize, size - start))), at: start)
        }
    }
}

import Ext4Layout
import ImageBytes

/// Bytes without meaning in directories: behind names, in entries not in use, in nodes of trees.
struct DirectoryResidue {
    let session: CheckSession

    private var volume: Volume { session.volume }

    /// Looks at one directory.
    func run(_ work: DirectoryWork, _ tally: inout ResidueTally) {
        let isIndexed = work.hashTreeBlocks != nil
        let keepsHashes =
            session.facts.traits[work.inode].contains(.caseFolded)
            && session.facts.policies[work.inode] != 0
        DirectoryAreas(session: session).forEach(work) { slice, limit, fileBlock in
            if isIndexed, isNode(slice, fileBlock) {
                checkNode(slice, work.inode, fileBlock, &tally)
                return
            }
            var offset = 0
            while offset < limit,
                let entry = DirectoryEntry(in: slice, at: offset, blockSize: volume.blockSize),
                entry.recordLength >= 8, entry.end <= limit,
                entry.nameRange.upperBound <= entry.end
            {
                var used = entry.inode == 0 ? offset + 8 : entry.nameRange.upperBound
                if keepsHashes, entry.inode != 0 { used = min(entry.end, (used + 3) & ~3 + 8) }
                tally.add(.directoryGap, slice, used..<entry.end) {
                    .inode(work.inode, fileBlock: fileBlock, offset: $0)
                }
                offset = entry.end
            }
        }
    }

    private func isNode(_ slice: ImageSlice, _ fileBlock: UInt64) -> Bool {
        if fileBlock == 0 { return true }
        guard let entry = DirectoryEntry(in: slice, at: 0, blockSize: volume.blockSize) else {
            return false
        }
        return entry.inode == 0 && entry.recordLength == volume.blockSize
    }

    /// The entries of a node that are not in use.
    private func checkNode(
        _ slice: ImageSlice, _ inode: UInt32, _ fileBlock: UInt64, _ tally: inout ResidueTally
    ) {
        let node = HashTreeNode(slice, isRoot: fileBlock == 0)
        let used = node.countOffset + 8 * node.entryCount
        let full = node.countOffset + 8 * node.limit
        guard used < full, full <= slice.count else { return }
        tally.add(.directoryGap, slice, used..<full) {
            .inode(inode, fileBlock: fileBlock, offset: $0)
        }
    }
}

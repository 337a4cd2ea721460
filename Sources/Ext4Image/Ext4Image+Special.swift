public import Ext4Layout
internal import ImageBytes

extension Ext4Image {
    /// The block against mounting twice; nil without the feature, or where the block lies outside
    /// or holds something else.
    public var multiMount: MultiMountBlock? {
        guard superblock.incompatible.contains(.multiMountProtection),
            let block = block(superblock[Superblock.Fields.mmpBlock])
        else { return nil }
        let found = MultiMountBlock(decoding: block)
        return found.magic == MultiMountBlock.magic ? found : nil
    }

    /// More orphans than this are not listed.
    public static let orphanLimit = 100_000

    /// Inodes that were deleted while they were open, or were being cut: first those of the list
    /// that starts in the superblock, then those in the orphan file. A list that runs in a circle
    /// ends at its first repetition.
    public var orphans: [UInt32] {
        var found: [UInt32] = []
        var seen: Set<UInt32> = []
        // Each links to the next by its deletion time.
        var next = superblock[Superblock.Fields.lastOrphan]
        while next != 0, found.count < Self.orphanLimit, seen.insert(next).inserted,
            let inode = inode(next)
        {
            found.append(next)
            next = inode.deletionTime
        }
        addOrphanFile(to: &found)
        return found
    }

    private func addOrphanFile(to found: inout [UInt32]) {
        let number = superblock[Superblock.Fields.orphanFileInode]
        guard superblock.compatible.contains(.orphanFile), let file = inode(number) else { return }
        var budget = DirectoryBudget(for: self)
        walkMap(of: file) { event in
            guard case .run(let run) = event else { return true }
            for index in 0..<run.length {
                guard budget.take(), let block = self.block(run.physical + index) else {
                    return false
                }
                let end = block.count - OrphanBlockTail.byteCount
                for offset in stride(from: 0, to: end - 3, by: 4) {
                    let entry = block[Field<UInt32>("orphan", at: offset)]
                    guard entry != 0 else { continue }
                    guard found.count < Self.orphanLimit else { return false }
                    found.append(entry)
                }
            }
            return true
        }
    }
}

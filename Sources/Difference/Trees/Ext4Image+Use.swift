import Ext4Image
import Ext4Layout
import ImageBytes

extension Ext4Image {
    /// Whether an inode holds something: it has links, or the bitmap marks it.
    func isInUse(_ number: UInt32) -> Bool {
        guard let (group, _) = geometry.position(ofInode: number),
            !groups[group].flags.contains(.inodesUninitialized), let inode = inode(number)
        else { return false }
        return inode.isInUse || isInodeMarked(number) == true
    }

    /// Gives out the number of every inode that holds something, in rising order.
    func forEachUsedInode(_ body: (UInt32) -> Void) {
        for group in 0..<geometry.groupCount {
            if groups[group].flags.contains(.inodesUninitialized) { continue }
            guard let table = inodeTable(ofGroup: group) else { continue }
            let bitmap = inodeBitmap(ofGroup: group)
            for index in 0..<Int(geometry.inodesPerGroup) {
                let number = geometry.inodeNumber(group: group, index: index)
                guard let number = UInt32(exactly: number) else { return }
                var isMarked = false
                if let bitmap, index / 8 < bitmap.count {
                    isMarked = bitmap[byte: index / 8] >> (index % 8) & 1 == 1
                }
                let start = index * geometry.inodeSize
                let links = table[Inode.Fields.linksCount, from: start]
                if isMarked || links != 0 { body(number) }
            }
        }
    }

    /// What an inode is; nil where there is none.
    func kind(ofInode number: UInt32) -> FileKind? { inode(number)?.kind }

    /// Bytes in an inode's content; nil where there is no such inode.
    func size(ofInode number: UInt32) -> UInt64? { inode(number)?.size }

    /// Whether a directory is a tree of hashes.
    func isIndexed(_ number: UInt32) -> Bool {
        inode(number)?.flags.contains(.indexed) ?? false
    }

    /// The number of the file of orphans, 0 for none.
    var orphanFile: UInt32 {
        superblock.compatible.contains(.orphanFile)
            ? superblock[Superblock.Fields.orphanFileInode] : 0
    }

    /// The number of the journal's inode, 0 for none.
    var journalNumber: UInt32 { superblock[Superblock.Fields.journalInode] }
}

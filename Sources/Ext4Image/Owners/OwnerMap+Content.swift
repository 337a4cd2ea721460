internal import Ext4Layout
internal import ImageBytes

extension OwnerMap {
    func contentByte(
        _ part: BlockPart, _ block: UInt64, _ number: UInt32, _ logical: UInt64, isUnwritten: Bool
    ) -> ByteOwner {
        guard let inode = image.inode(number) else { return part.whole(.lost) }
        let start = logical &* UInt64(part.count)
        let place = start &+ UInt64(part.offset)
        if isUnwritten {
            return part.whole(.unwritten(inode: number, offset: start))
        }
        if number == image.superblock[Superblock.Fields.journalInode], inode.kind == .regular {
            return part.whole(.journal(journal.part(at: logical)))
        }
        if inode.kind == .directory, let slice = image.block(block) {
            guard start < inode.size else { return part.whole(.slack(inode: number)) }
            return directoryBlockByte(part, slice, inode, logical: logical)
        }
        guard place < inode.size else {
            let used = inode.size > start ? Int(inode.size - start) : 0
            return part.owner(.slack(inode: number), used..<part.count)
        }
        let end = Int(min(inode.size - start, UInt64(part.count)))
        return part.owner(.content(inode: number, offset: place), 0..<end)
    }
}

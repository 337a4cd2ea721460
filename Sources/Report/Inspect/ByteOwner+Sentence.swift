internal import Ext4Image
internal import Ext4Layout
internal import HostSystem

/// Says in words whose a byte is, with paths where inodes have them.
struct OwnerSentence {
    private let paths: PathIndex

    init(paths: PathIndex) { self.paths = paths }

    /// The owner of a byte: `inode 12 /etc/hostname, i_mtime`.
    func text(_ owner: ByteOwner) -> String {
        let place = text(owner.place)
        return owner.field.map { "\(place), \($0)" } ?? place
    }

    /// `inode 12 /etc/hostname`.
    func inode(_ number: UInt32) -> String {
        let path = paths.path(of: number).map { " \(EscapedName($0))" } ?? ""
        return "inode \(number)\(path)"
    }

    private func text(_ place: ByteOwner.Place) -> String {
        switch place {
        case .bootArea: "boot area"
        case .superblock(0): "superblock"
        case .superblock(let group): "superblock backup in group \(group)"
        case .superblockPadding: "unused after a superblock"
        case .descriptor(let group, 0): "descriptor of group \(group)"
        case .descriptor(let group, let copy): "descriptor of group \(group), copy in group \(copy)"
        case .descriptorPadding: "unused after the descriptors"
        case .growth(let group): "kept for more descriptors in group \(group)"
        case .blockBitmap(let group, let blocks):
            "block bitmap of group \(group), blocks \(blocks.lowerBound) to \(blocks.upperBound)"
        case .inodeBitmap(let group, let inodes):
            "inode bitmap of group \(group), inodes \(inodes.lowerBound) to \(inodes.upperBound)"
        case .bitmapPadding(let group): "unused bits of a bitmap of group \(group)"
        case .inodeTablePadding(let group): "unused after the inode table of group \(group)"
        case .multiMount: "multi-mount block"
        case .lost: "in use, but nothing leads to it"
        case .free: "free"
        case .pastEnd: "after the file system"
        case .journal(let part): "journal: \(text(part))"
        default: inodeText(place)
        }
    }

    private func inodeText(_ place: ByteOwner.Place) -> String {
        switch place {
        case .inode(let number): inode(number)
        case .inodeGap(let number): "unused bytes of \(inode(number))"
        case .extentNode(let number, let level): "extent node of \(inode(number)), depth \(level)"
        case .indirectBlock(let number, let level):
            "indirect block of \(inode(number)), level \(level + 1)"
        case .directoryEntry(let directory, let name, let number):
            number == 0
                ? "unused directory entry in \(inode(directory))"
                : "directory entry \(EscapedName(name)) to inode \(number) in \(inode(directory))"
        case .directoryGap(let directory): "gap between directory entries in \(inode(directory))"
        case .directoryTail(let directory): "checksum of a directory block in \(inode(directory))"
        case .hashTree(let directory, let isRoot):
            "hash-tree \(isRoot ? "root" : "node") in \(inode(directory))"
        case .xattrHeader(let number): "header of the extended attributes of \(inode(number))"
        case .xattr(let number, let name):
            "extended attribute \(EscapedName(name)) of \(inode(number))"
        case .xattrGap(let number): "unused among the extended attributes of \(inode(number))"
        case .content(let number, let offset): "content of \(inode(number)) from offset \(offset)"
        case .slack(let number): "after the end of \(inode(number))"
        case .unwritten(let number, let offset):
            "unwritten block of \(inode(number)) at offset \(offset)"
        default: ""
        }
    }

    private func text(_ part: ByteOwner.JournalPart) -> String {
        switch part {
        case .superblock: "superblock"
        case .descriptor(let sequence): "descriptor block of transaction \(sequence)"
        case .commit(let sequence): "commit block of transaction \(sequence)"
        case .revoke(let sequence): "revoke block of transaction \(sequence)"
        case .copy(let block, let sequence): "copy of block \(block), transaction \(sequence)"
        case .fastCommit(let sequence):
            sequence.map { "fast-commit block of transaction \($0)" } ?? "fast-commit block"
        case .unused: "unused"
        }
    }

    /// The owner of a block.
    func text(_ owner: BlockOwner) -> String {
        switch owner {
        case .bootArea: "boot area"
        case .superblock(0): "superblock"
        case .superblock(let group): "superblock backup in group \(group)"
        case .descriptors(0, let index): "group descriptors, block \(index)"
        case .descriptors(let group, let index):
            "group descriptors, block \(index), copy in group \(group)"
        case .growth(let group): "kept for more descriptors in group \(group)"
        case .blockBitmap(let group): "block bitmap of group \(group)"
        case .inodeBitmap(let group): "inode bitmap of group \(group)"
        case .inodeTable(let group, let index): "inode table of group \(group), block \(index)"
        case .multiMount: "multi-mount block"
        case .mapNode(let number, let level, let isExtents):
            isExtents
                ? "extent node of \(inode(number)), depth \(level)"
                : "indirect block of \(inode(number)), level \(level + 1)"
        case .content(let number, let logical, let isUnwritten):
            "block \(logical) of \(inode(number))\(isUnwritten ? ", unwritten" : "")"
        case .xattrs(let number): "extended attributes of \(inode(number))"
        case .lost: "in use, but nothing leads to it"
        case .free: "free"
        }
    }
}

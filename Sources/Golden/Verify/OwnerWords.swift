public import Ext4Image
import HostSystem

/// Says whose a block or a byte is, in words that name the path where there is one.
public struct OwnerWords: Sendable {
    private let paths: PathIndex

    public init(_ paths: PathIndex) {
        self.paths = paths
    }

    /// The path of an inode as a golden writes it; nil where no name leads to it.
    public func path(of number: UInt32) -> String? {
        paths.path(of: number).map { ASCIIEscape.text($0) }
    }

    /// The owner of a whole block.
    public func words(for owner: BlockOwner) -> String {
        switch owner {
        case .bootArea: "the area before the file system"
        case .superblock(let group): superblock(group)
        case .descriptors(let group, _): "the group descriptors in group \(group)"
        case .growth(let group): "space kept for more group descriptors in group \(group)"
        case .blockBitmap(let group): "the block bitmap of group \(group)"
        case .inodeBitmap(let group): "the inode bitmap of group \(group)"
        case .inodeTable(let group, let index):
            "block \(index) of the inode table of group \(group)"
        case .multiMount: "the block against mounting twice"
        case .mapNode(let number, _, _): "the block map of \(inode(number))"
        case .content(let number, let logical, _):
            number == 8 ? "block \(logical) of the journal" : "block \(logical) of \(inode(number))"
        case .xattrs(let number): "the extended attributes of \(inode(number))"
        case .lost: "a block that is marked as in use and that nothing leads to"
        case .free: "free space"
        }
    }

    /// The owner of a byte: the structure, and the field where it has one.
    public func words(for owner: ByteOwner) -> String {
        place(owner.place) + (owner.field.map { ", \($0)" } ?? "")
    }

    private func place(_ place: ByteOwner.Place) -> String {
        switch place {
        case .bootArea: "the area before the file system"
        case .superblock(let group): superblock(group)
        case .superblockPadding(let group): "the rest of the block after \(superblock(group))"
        case .descriptor(let group, let copy):
            "descriptor of group \(group)" + (copy == 0 ? "" : " (the copy in group \(copy))")
        case .descriptorPadding: "the gap after the group descriptors"
        case .growth(let group): "space kept for more group descriptors in group \(group)"
        case .blockBitmap(let group, let blocks):
            "block bitmap of group \(group), blocks \(blocks.lowerBound) to \(blocks.upperBound)"
        case .inodeBitmap(let group, let inodes):
            "inode bitmap of group \(group), inodes \(inodes.lowerBound) to \(inodes.upperBound)"
        case .bitmapPadding(let group): "the unused end of a bitmap of group \(group)"
        case .inode(let number): inode(number)
        case .inodeGap(let number): "the unused end of \(inode(number))"
        case .inodeTablePadding(let group): "the unused end of the inode table of group \(group)"
        case .multiMount: "the block against mounting twice"
        case .extentNode(let number, _): "an extent node of \(inode(number))"
        case .indirectBlock(let number, _): "an indirect block of \(inode(number))"
        case .directoryEntry(let number, let name, _):
            "the entry \(EscapedName(name)) of \(inode(number))"
        case .directoryGap(let number): "a gap in \(inode(number))"
        case .directoryTail(let number): "the checksum of a block of \(inode(number))"
        case .hashTree(let number, _): "the hash tree of \(inode(number))"
        case .xattrHeader(let number): "the extended attributes of \(inode(number))"
        case .xattr(let number, let name): "\(EscapedName(name)) of \(inode(number))"
        case .xattrGap(let number): "a gap in the extended attributes of \(inode(number))"
        case .journal: "the journal"
        case .content(let number, let offset): "\(inode(number)), byte \(offset) of its content"
        case .slack(let number): "\(inode(number)), after its last byte"
        case .unwritten(let number, _): "\(inode(number)), in a part that was never written"
        case .lost: "a block that is marked as in use and that nothing leads to"
        case .free: "free space"
        case .pastEnd: "after the end of the file system"
        }
    }

    private func superblock(_ group: Int) -> String {
        group == 0 ? "superblock" : "superblock copy in group \(group)"
    }

    private func inode(_ number: UInt32) -> String {
        let path = paths.path(of: number).map { " \(EscapedName($0))" }
        return "inode \(number)\(path ?? "")"
    }
}

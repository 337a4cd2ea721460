public import SourceTree

/// A whole image, decided before a byte of it is written: the size, and a place for everything.
public struct Plan: Sendable {
    public let tree: SourceTree
    public let order: FileOrder
    public let options: ImageOptions
    public let geometry: Geometry
    /// The size of the image file; with a fixed size it can be a little more than the file system.
    public let byteCount: UInt64
    public let slack: Slack
    /// What the blocks are for, for people.
    public let usage: BlockUsage

    /// The journal's blocks; empty without a journal.
    let journal: [Extent]
    /// The blocks of its extent tree, where it is in more than four pieces.
    let journalExtentBlocks: [UInt64]
    /// The block that inode 7 (resize_inode) hangs the reserved descriptor blocks from.
    let resizeBlock: UInt64
    /// The extents of all files, one after the other; `firstExtent` says where a file's begin.
    let extents: [Extent]
    let firstExtent: [UInt32]
    /// Blocks of the extent trees that do not fit into the inode, the leaves first. Look-ups only.
    let extentBlocks: [UInt32: [UInt64]]
    /// The directories that are hash trees. Look-ups only.
    let hashTrees: [UInt32: DirectoryShape.HashTree]
    /// Files with extended attributes. Look-ups only.
    let attributes: [UInt32: AttributeShape]
    let attributeBlocks: [UInt32: UInt64]
    /// The blocks that nothing took, in rising order.
    let free: [Range<UInt64>]

    /// Inodes 1 to 10 are the file system's own; 11 is lost+found (`EXT4_GOOD_OLD_FIRST_INO`).
    static let reservedInodes: UInt32 = 10
    static let rootInode: UInt32 = 2

    /// Files of the tree, folders among them; every one has an inode.
    public var fileCount: Int { order.nodes.count }
    /// All inodes up to this one are in use, none behind it.
    public var lastInode: UInt32 { Self.reservedInodes + UInt32(fileCount) - 1 }

    /// The inode number of a file: the root is 2, the others follow the reserved ones in order.
    public func inode(ofFile file: Int) -> UInt32 {
        file == 0 ? Self.rootInode : Self.reservedInodes + UInt32(file)
    }

    public func inode(ofNode node: Int) -> UInt32 { inode(ofFile: Int(order.fileOfNode[node])) }

    /// Where a file's blocks lie, in the order of the file.
    public func extents(ofFile file: Int) -> ArraySlice<Extent> {
        extents[Int(firstExtent[file])..<Int(firstExtent[file + 1])]
    }

    /// Whether a file has blocks that its source's bytes go to.
    func holdsData(_ file: Int) -> Bool {
        firstExtent[file] != firstExtent[file + 1]
            && tree.nodes[Int(order.nodes[file])].kind == .regular
    }

    /// `i_links_count`: names, or for a folder itself, its `.` and its subfolders' `..`; 1 where
    /// those are more than 65,000 (dir_nlink; `ext4_inc_count`, fs/ext4/namei.c).
    func linkCount(ofFile file: Int) -> UInt16 {
        let node = tree.nodes[Int(order.nodes[file])]
        guard node.kind == .directory else { return order.nameCounts[file] }
        let subfolders = node.children.count { tree.nodes[$0].kind == .directory }
        return subfolders + 2 > Int(FileOrder.maximumNameCount) ? 1 : UInt16(subfolders + 2)
    }
}

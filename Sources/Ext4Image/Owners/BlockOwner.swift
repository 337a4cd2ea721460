/// Whose a block is.
public enum BlockOwner: Equatable, Sendable {
    /// Before the file system: block 0 where blocks have 1,024 bytes.
    case bootArea
    /// A superblock copy; group 0's is the primary one.
    case superblock(group: Int)
    /// Group descriptors: block `index` of the table, in the copy that lies in a group.
    case descriptors(group: Int, index: Int)
    /// Kept free for more group descriptors, so that the file system can grow.
    case growth(group: Int)
    case blockBitmap(group: Int)
    case inodeBitmap(group: Int)
    /// Block `index` of a group's inode table.
    case inodeTable(group: Int, index: UInt64)
    /// The block against mounting twice.
    case multiMount
    /// A block that holds part of an inode's map.
    case mapNode(inode: UInt32, level: Int, isExtents: Bool)
    /// Block `logical` of an inode's content: a file's, a directory's, the journal's.
    case content(inode: UInt32, logical: UInt64, isUnwritten: Bool)
    /// Extended attributes; other inodes may share them.
    case xattrs(inode: UInt32)
    /// The bitmap says that it is in use, but nothing leads to it.
    case lost
    /// Free.
    case free
}

/// Blocks that lie together and have one owner.
public struct OwnedRun: Equatable, Sendable {
    /// The blocks on disk.
    public let blocks: Range<UInt64>
    /// The owner of the first block; those after it count on from there.
    public let first: BlockOwner

    public init(_ blocks: Range<UInt64>, _ first: BlockOwner) {
        self.blocks = blocks
        self.first = first
    }

    /// The owner of a block inside the run.
    public func owner(of block: UInt64) -> BlockOwner {
        let steps = block - blocks.lowerBound
        return switch first {
        case .descriptors(let group, let index):
            .descriptors(group: group, index: index + Int(steps))
        case .inodeTable(let group, let index): .inodeTable(group: group, index: index + steps)
        case .content(let inode, let logical, let isUnwritten):
            .content(inode: inode, logical: logical + steps, isUnwritten: isUnwritten)
        default: first
        }
    }
}

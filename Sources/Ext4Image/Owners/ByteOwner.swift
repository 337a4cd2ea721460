/// What a byte is part of.
public struct ByteOwner: Equatable, Sendable {
    /// The structure.
    public let place: Place
    /// The field of the structure, by the kernel's name; nil where it has none.
    public let field: String?
    /// All the bytes around it, counted from the image's start, that share the answer.
    public let bytes: Range<UInt64>

    public init(_ place: Place, field: String? = nil, bytes: Range<UInt64>) {
        self.place = place
        self.field = field
        self.bytes = bytes
    }

    /// The structures that bytes are part of. Names are bytes: who prints them escapes them.
    public enum Place: Equatable, Sendable {
        /// Before the file system, where a boot loader may lie.
        case bootArea
        /// A copy of the superblock; group 0's is the primary one.
        case superblock(group: Int)
        /// The rest of a block that holds a superblock.
        case superblockPadding(group: Int)
        /// The descriptor of `group`, in the copy that lies in group `copy`.
        case descriptor(group: Int, copy: Int)
        /// After the last descriptor.
        case descriptorPadding(copy: Int)
        /// Kept for more descriptors.
        case growth(group: Int)
        /// A bitmap's bits for those blocks.
        case blockBitmap(group: Int, blocks: ClosedRange<UInt64>)
        /// A bitmap's bits for those inodes.
        case inodeBitmap(group: Int, inodes: ClosedRange<UInt64>)
        /// A bitmap's bits that stand for nothing.
        case bitmapPadding(group: Int)
        /// An inode's fields.
        case inode(UInt32)
        /// After the fields of an inode, where nothing is.
        case inodeGap(UInt32)
        /// After the last inode of a group's table.
        case inodeTablePadding(group: Int)
        /// The block against mounting twice.
        case multiMount
        /// An extent node in a block.
        case extentNode(inode: UInt32, level: Int)
        /// A block of block numbers.
        case indirectBlock(inode: UInt32, level: Int)
        /// A directory entry: its fields or its name.
        case directoryEntry(directory: UInt32, name: [UInt8], inode: UInt32)
        /// Between the end of a name and the next entry, or an entry without an inode.
        case directoryGap(directory: UInt32)
        /// The checksum that closes a directory block.
        case directoryTail(directory: UInt32)
        /// A node of a directory's hash tree.
        case hashTree(directory: UInt32, isRoot: Bool)
        /// The start of a block of extended attributes, or the magic number in an inode.
        case xattrHeader(inode: UInt32)
        /// An extended attribute's entry, name or value.
        case xattr(inode: UInt32, name: [UInt8])
        /// Among extended attributes, where nothing is.
        case xattrGap(inode: UInt32)
        /// The journal.
        case journal(JournalPart)
        /// A file's content, `offset` bytes into it.
        case content(inode: UInt32, offset: UInt64)
        /// After a file's last byte.
        case slack(inode: UInt32)
        /// Allocated, and read as zeros.
        case unwritten(inode: UInt32, offset: UInt64)
        /// In use by the bitmap, and nothing leads to it.
        case lost
        /// Free.
        case free
        /// After the file system's last block.
        case pastEnd
    }

    /// What a block of the journal is.
    public enum JournalPart: Equatable, Sendable {
        case superblock
        case descriptor(sequence: UInt32)
        case commit(sequence: UInt32)
        case revoke(sequence: UInt32)
        /// A copy of a block of the file system.
        case copy(of: UInt64, sequence: UInt32)
        /// A block of fast commits, of a transaction where that can be told.
        case fastCommit(sequence: UInt32?)
        case unused
    }
}

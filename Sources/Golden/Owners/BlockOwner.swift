/// What a block of the file system belongs to.
public struct BlockOwner: Equatable, Sendable {
    /// The sort of structure.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case superblock
        case descriptors
        /// Blocks kept so that the descriptors can grow, and the map that keeps them.
        case descriptorGrowth
        case blockBitmap
        case inodeBitmap
        case inodeTable
        case directory
        case data
        /// A block of an inode's map: extents or block numbers.
        case map
        case xattrs
        case journal
        case free
    }

    public let kind: Kind
    /// The inode that holds the block; 0 where none does.
    public let inode: UInt32
    /// The block's number in the file, for content; 0 for others.
    public let fileBlock: UInt64

    public init(_ kind: Kind, inode: UInt32 = 0, fileBlock: UInt64 = 0) {
        self.kind = kind
        self.inode = inode
        self.fileBlock = fileBlock
    }
}

/// The classes of owners that a golden has a digest for.
public enum OwnerClassName: String, Sendable, CaseIterable {
    case superblock
    case descriptors
    case bitmaps
    case inodeTables = "inode-tables"
    case directories
    case data
    case journal
    case free
}

extension BlockOwner.Kind {
    /// The class that blocks of the kind are counted with. Maps and attributes belong to the files
    /// they describe; those of directories and of the journal are few, so all count as data.
    public var ownerClass: OwnerClassName {
        switch self {
        case .superblock: .superblock
        case .descriptors, .descriptorGrowth: .descriptors
        case .blockBitmap, .inodeBitmap: .bitmaps
        case .inodeTable: .inodeTables
        case .directory: .directories
        case .data, .map, .xattrs: .data
        case .journal: .journal
        case .free: .free
        }
    }

    /// The kind in words, for a sentence.
    public var words: String {
        switch self {
        case .superblock: "superblock"
        case .descriptors: "group descriptors"
        case .descriptorGrowth: "blocks reserved for more group descriptors"
        case .blockBitmap: "block bitmap"
        case .inodeBitmap: "inode bitmap"
        case .inodeTable: "inode table"
        case .directory: "directory"
        case .data: "file content"
        case .map: "block map"
        case .xattrs: "extended attributes"
        case .journal: "journal"
        case .free: "free space"
        }
    }
}

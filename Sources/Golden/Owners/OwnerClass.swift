import Ext4Image
import Ext4Layout

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

    /// The class of a block. Maps and attributes belong to the files they describe; those of
    /// directories and of the journal are few, so all count as data. What nobody owns is free.
    init(of owner: BlockOwner, in image: Ext4Image) {
        switch owner {
        case .bootArea, .superblock: self = .superblock
        case .descriptors, .growth: self = .descriptors
        case .blockBitmap, .inodeBitmap: self = .bitmaps
        case .inodeTable: self = .inodeTables
        case .multiMount, .mapNode(_, _, _), .xattrs: self = .data
        case .content(let inode, _, _): self = Self.ofContent(inode, in: image)
        case .lost, .free: self = .free
        }
        if case .mapNode(InodeNumber.resize, _, _) = owner { self = .descriptors }
    }

    /// The position among the classes.
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    private static func ofContent(_ number: UInt32, in image: Ext4Image) -> Self {
        if number == InodeNumber.resize { return .descriptors }
        let journal = image.superblock[Superblock.Fields.journalInode]
        if number == journal, image.superblock.compatible.contains(.journal) { return .journal }
        return image.inode(number)?.kind == .directory ? .directories : .data
    }
}

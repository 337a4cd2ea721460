internal import Ext4Image
internal import Ext4Layout

/// The classes of owners that a map tells apart, the rarest first: where a cell is too small for all
/// that lies in it, the order is the order in which they are drawn.
enum MapClass: Int, CaseIterable {
    case superblock
    case descriptors
    case bitmaps
    case inodeTable
    case maps
    case attributes
    case directories
    case journal
    case data
    case free

    init(of owner: BlockOwner, in image: Ext4Image) {
        switch owner {
        case .bootArea, .superblock, .multiMount: self = .superblock
        case .descriptors, .growth, .mapNode(InodeNumber.resize, _, _): self = .descriptors
        case .blockBitmap, .inodeBitmap: self = .bitmaps
        case .inodeTable: self = .inodeTable
        case .mapNode: self = .maps
        case .xattrs: self = .attributes
        case .content(let inode, _, _): self = Self.ofContent(inode, in: image)
        case .lost, .free: self = .free
        }
    }

    private static func ofContent(_ number: UInt32, in image: Ext4Image) -> Self {
        if number == InodeNumber.resize { return .descriptors }
        let journal = image.superblock[Superblock.Fields.journalInode]
        if number == journal, image.superblock.compatible.contains(.journal) { return .journal }
        return image.inode(number)?.kind == .directory ? .directories : .data
    }

    /// What the legend calls it.
    var words: String {
        switch self {
        case .superblock: "superblock"
        case .descriptors: "descriptors"
        case .bitmaps: "bitmaps"
        case .inodeTable: "inode table"
        case .maps: "extent blocks"
        case .attributes: "xattr blocks"
        case .directories: "directories"
        case .journal: "journal"
        case .data: "data"
        case .free: "free"
        }
    }

    /// The name in the style sheet: short, since it is written for every shape.
    var name: String { "o\(rawValue)" }

    /// The colours on a light and on a dark ground. After Okabe and Ito, whose palette keeps apart
    /// for every kind of colour blindness; what most of an image is made of is the palest.
    var colours: (light: String, dark: String) {
        switch self {
        case .superblock: ("#d55e00", "#ff7a1a")
        case .descriptors: ("#e69f00", "#e69f00")
        case .bitmaps: ("#d8c800", "#f0e442")
        case .inodeTable: ("#0072b2", "#58b2f2")
        case .maps: ("#00664b", "#00b383")
        case .attributes: ("#3d3d3d", "#d0d0d0")
        case .directories: ("#b85c95", "#cc79a7")
        case .journal: ("#8c8378", "#8c8378")
        case .data: ("#7cc0ea", "#2f5873")
        case .free: ("#e9e9e6", "#2b2d30")
        }
    }
}

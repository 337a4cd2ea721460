/// `i_flags`.
public struct InodeFlags: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let secureDeletion = Self(rawValue: 0x1)
    public static let undelete = Self(rawValue: 0x2)
    public static let compressed = Self(rawValue: 0x4)
    public static let synchronous = Self(rawValue: 0x8)
    public static let immutable = Self(rawValue: 0x10)
    public static let appendOnly = Self(rawValue: 0x20)
    public static let noDump = Self(rawValue: 0x40)
    public static let noAccessTime = Self(rawValue: 0x80)
    public static let dirty = Self(rawValue: 0x100)
    public static let compressedBlocks = Self(rawValue: 0x200)
    public static let noCompression = Self(rawValue: 0x400)
    public static let encrypted = Self(rawValue: 0x800)
    public static let indexed = Self(rawValue: 0x1000)
    public static let imagic = Self(rawValue: 0x2000)
    public static let journalData = Self(rawValue: 0x4000)
    public static let noTail = Self(rawValue: 0x8000)
    public static let synchronousDirectory = Self(rawValue: 0x10000)
    public static let topDirectory = Self(rawValue: 0x20000)
    public static let hugeFile = Self(rawValue: 0x40000)
    public static let extents = Self(rawValue: 0x80000)
    public static let verity = Self(rawValue: 0x10_0000)
    public static let xattrInode = Self(rawValue: 0x20_0000)
    public static let blocksPastEnd = Self(rawValue: 0x40_0000)
    public static let noCopyOnWrite = Self(rawValue: 0x80_0000)
    public static let snapshot = Self(rawValue: 0x100_0000)
    public static let directAccess = Self(rawValue: 0x200_0000)
    public static let inlineData = Self(rawValue: 0x1000_0000)
    public static let projectInherit = Self(rawValue: 0x2000_0000)
    public static let caseFolded = Self(rawValue: 0x4000_0000)
    public static let reserved = Self(rawValue: 0x8000_0000)

    /// The bits and the kernel's names for them.
    public static let names: [(Self, String)] = [
        (.secureDeletion, "secrm"), (.undelete, "unrm"), (.compressed, "compr"),
        (.synchronous, "sync"), (.immutable, "immutable"), (.appendOnly, "append"),
        (.noDump, "nodump"), (.noAccessTime, "noatime"), (.dirty, "dirty"),
        (.compressedBlocks, "comprblk"), (.noCompression, "nocompr"), (.encrypted, "encrypt"),
        (.indexed, "index"), (.imagic, "imagic"), (.journalData, "journal_data"),
        (.noTail, "notail"), (.synchronousDirectory, "dirsync"), (.topDirectory, "topdir"),
        (.hugeFile, "huge_file"), (.extents, "extents"), (.verity, "verity"),
        (.xattrInode, "ea_inode"), (.blocksPastEnd, "eofblocks"), (.noCopyOnWrite, "nocow"),
        (.snapshot, "snapfile"), (.directAccess, "dax"), (.inlineData, "inline_data"),
        (.projectInherit, "projinherit"), (.caseFolded, "casefold"), (.reserved, "reserved"),
    ]
}

public import HostSystem

/// Why no image can be planned for a tree.
public enum PlanError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The size that was asked for does not hold the tree and the promises.
    case tooSmall(asked: UInt64, needed: UInt64)
    /// More than ext4 with resize_inode can address: 16 TiB.
    case tooLarge(needed: UInt64)
    /// More names in one folder than a hash tree of two levels holds.
    case tooManyEntries(path: EscapedName)
    /// A file longer than 2^32 blocks.
    case fileTooLarge(path: EscapedName, size: UInt64)
    /// Extended attributes that fit neither into the inode nor into a block.
    case attributesTooLarge(path: EscapedName, needed: Int, available: Int)
    /// An attribute whose name has no place on disk.
    case attributeName(path: EscapedName, name: EscapedName, reason: String)
    /// A journal larger than mke2fs would make, or smaller than the kernel takes.
    case journalSize(blocks: UInt64, allowed: ClosedRange<UInt64>)

    /// Whether there is only too little room: fewer blocks of data could make some.
    var isOfSize: Bool {
        switch self {
        case .tooSmall, .tooLarge: true
        case .tooManyEntries, .fileTooLarge, .attributesTooLarge, .attributeName, .journalSize:
            false
        }
    }

    public var description: String {
        switch self {
        case .tooSmall(let asked, let needed):
            "--size \(asked) is too small by \(needed - asked) bytes: the tree and the promised free "
                + "space and inodes need \(needed) bytes. Ask for that, or promise less with "
                + "--free-space and --free-inodes"
        case .tooLarge(let needed):
            "the image would need \(needed) bytes or more, and layout 1 ends at 16 TiB"
        case .tooManyEntries(let path):
            "\(path) has more names than a directory of two hash levels holds"
        case .fileTooLarge(let path, let size):
            "\(path) has \(size) bytes; a file in ext4 ends at 17592186040320"
        case .attributesTooLarge(let path, let needed, let available):
            "the extended attributes of \(path) need \(needed) bytes; ext4 without ea_inode has "
                + "\(available) for them, in the inode and in one block, and no attribute can be in "
                + "both. Name fewer with --xattr"
        case .attributeName(let path, let name, let reason):
            "the extended attribute \(name) of \(path) \(reason)"
        case .journalSize(let blocks, let allowed):
            "a journal of \(blocks) blocks of 4 KiB is not possible: \(allowed.lowerBound) to "
                + "\(allowed.upperBound) are"
        }
    }
}

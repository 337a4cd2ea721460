import Ext4Layout

/// What is known of a directory before its entries are looked at.
///
/// A class, since it is handed to the check of every entry: what is in it is counted for all threads together.
final class DirectoryHead: Sendable {
    let volume: Volume
    let facts: DirectoryFacts
    let record: InodeRecord
    let isEncrypted: Bool
    let isCaseFolded: Bool
    /// The hash of a name stands behind it.
    let keepsHashes: Bool
    let inodeSeed: UInt32

    init(volume: Volume, facts: DirectoryFacts, record: InodeRecord) {
        self.volume = volume
        self.facts = facts
        self.record = record
        isEncrypted = facts.policies[record.number] != 0
        isCaseFolded = facts.traits[record.number].contains(.caseFolded)
        keepsHashes =
            record.flags.contains(.encrypted) && isCaseFolded
            && volume.incompatible.contains(.encryption)
        inodeSeed = volume.seed(of: record)
    }

    /// Names are one where they are the same when folded, and hashed in that form. Encrypted names
    /// are no text.
    var foldsCase: Bool { isCaseFolded && !isEncrypted }

    /// Where something in the directory is.
    func place(_ area: DirectoryArea, _ offset: Int) -> FindingPlace {
        .inode(
            record.number, block: area.block, fileBlock: area.fileBlock, offset: area.base + offset)
    }
}

/// The part of a block, or of an inode, that entries are read from.
struct DirectoryArea {
    let block: UInt64?
    let fileBlock: UInt64?
    /// Entries end here.
    let limit: Int
    /// The first two entries must be `.` and `..`.
    let startsWithDots: Bool
    /// What is added to offsets when they are reported.
    var base = 0
    /// Names in it are hashed for the tree.
    var isLeaf = true
}

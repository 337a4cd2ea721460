public import Ext4Layout
internal import ImageBytes

/// The journal inside a file system: where its blocks lie and what its superblock says.
public struct Journal: Sendable {
    /// The inode that holds it.
    public let inode: UInt32
    /// Its first block, decoded.
    public let superblock: JournalSuperblock
    /// Its blocks, in its own order.
    public let runs: [BlockRun]
    private let image: Ext4Image

    /// More runs than this are not a journal: it is made in one piece.
    public static let runLimit = 1 << 16

    /// Nil where there is no journal in the file system, or nothing that looks like one.
    public init?(_ image: Ext4Image) {
        let number = image.superblock[Superblock.Fields.journalInode]
        guard image.superblock.compatible.contains(.journal), number != 0,
            let inode = image.inode(number)
        else { return nil }
        var runs: [BlockRun] = []
        image.walkMap(of: inode) { event in
            guard case .run(let run) = event else { return true }
            runs.append(run)
            return runs.count < Self.runLimit
        }
        guard let first = runs.first, first.logical == 0, let block = image.block(first.physical),
            block.count >= JournalSuperblock.byteCount
        else { return nil }
        let superblock = JournalSuperblock(decoding: block)
        guard superblock.magic == JournalBlockHeader.magic else { return nil }
        self.inode = number
        self.superblock = superblock
        self.runs = runs
        self.image = image
    }

    /// The block of the file system that holds a block of the journal.
    public func physical(_ logical: UInt64) -> UInt64? {
        runs.first { $0.logical <= logical && logical < $0.logicalEnd }
            .map { $0.physical + (logical - $0.logical) }
    }

    /// The bytes of a block of the journal; nil where it lies outside.
    @_lifetime(borrow self)
    func block(_ logical: UInt64) -> ImageSlice? {
        guard let physical = physical(logical), let block = image.block(physical) else {
            return nil
        }
        // The image lives as long as we do, which the compiler does not see.
        return unsafe _overrideLifetime(block, borrowing: self)
    }

    /// Blocks of the log proper, in which it runs in a circle: after the superblock and before the
    /// blocks of fast commits.
    public var log: Range<UInt64> {
        let first = UInt64(superblock.first)
        var end = UInt64(superblock.blockCount)
        if superblock.features.contains(.fastCommit) {
            // `jbd2_journal_get_num_fc_blks`: 256 where the field is 0.
            let count =
                superblock.fastCommitBlocks == 0 ? 256 : UInt64(superblock.fastCommitBlocks)
            end -= min(end, count)
        }
        return first..<max(first, end)
    }

    /// Whether there is something to replay.
    public var isDirty: Bool { superblock.start != 0 }
}

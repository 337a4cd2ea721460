public import Ext4Layout
public import ImageBytes

/// A file system's journal, in a file of its own or on another device: where its blocks lie and what
/// its superblock says.
public struct Journal: Sendable {
    /// Where a journal lies.
    public enum Place: Equatable, Sendable {
        /// In this inode of the file system.
        case inode(UInt32)
        /// On a device of its own.
        case device
    }

    /// Where it lies.
    public let place: Place
    /// Its superblock, decoded.
    public let superblock: JournalSuperblock
    /// Its blocks in the file system, in its own order; none where it lies on a device.
    public let runs: [BlockRun]
    /// The block of the journal that holds its superblock: 0, or the one after a device's own.
    let superblockBlock: UInt64
    private let image: Ext4Image
    private let device: MappedImage?

    /// More runs than this are not a journal: it is made in one piece.
    public static let runLimit = 1 << 16

    /// The journal inside a file system; nil where there is none, or nothing that looks like one.
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
        place = .inode(number)
        self.superblock = superblock
        self.runs = runs
        superblockBlock = 0
        self.image = image
        device = nil
    }

    /// The journal on a device of its own (`e2fsck_get_journal`).
    ///
    /// - Parameters:
    ///   - image: the file system.
    ///   - device: the device's bytes.
    /// - Throws: ``JournalDeviceError`` where it is no journal, or that of another file system.
    public init(_ image: Ext4Image, on device: MappedImage) throws(JournalDeviceError) {
        let found = try JournalDevice(device, for: image)
        place = .device
        superblock = found.superblock
        runs = []
        superblockBlock = found.superblockBlock
        self.image = image
        self.device = device
    }

    /// The block of the file system that holds a block of the journal.
    public func physical(_ logical: UInt64) -> UInt64? {
        // Runs come in the order of the file, and there may be many.
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].logicalEnd <= logical { low = middle + 1 } else { high = middle }
        }
        guard low < runs.count, runs[low].logical <= logical else { return nil }
        return runs[low].physical + (logical - runs[low].logical)
    }

    /// The bytes of a block of the journal; nil where it lies outside.
    @_lifetime(borrow self)
    func block(_ logical: UInt64) -> ImageSlice? {
        if let device {
            // A journal has fewer than 2^32 blocks, each of them less than 2^17 bytes.
            let size = image.geometry.blockSize
            guard logical < UInt64(superblock.blockCount),
                let block = device.slice.slice(ifAt: logical &* UInt64(size), count: size)
            else { return nil }
            // The device lives as long as we do, which the compiler does not see.
            return unsafe _overrideLifetime(block, borrowing: self)
        }
        guard let physical = physical(logical), let block = image.block(physical) else {
            return nil
        }
        // As above.
        return unsafe _overrideLifetime(block, borrowing: self)
    }

    /// Blocks of the log proper, in which it runs in a circle: after the superblock and before the
    /// blocks of fast commits.
    public var log: Range<UInt64> {
        let first = UInt64(superblock.first)
        let end = UInt64(superblock.blockCount) - fastCommitBlocks
        return min(first, end)..<end
    }

    /// Blocks with fast commits, at the journal's end; none where it has no such feature. The first
    /// of those that are kept for them is left out (`jbd2_journal_initialize_fast_commit`).
    public var fastCommitArea: Range<UInt64> {
        let (end, count) = (UInt64(superblock.blockCount), fastCommitBlocks)
        return count == 0 ? end..<end : end - count + 1..<end
    }

    private var fastCommitBlocks: UInt64 {
        guard superblock.features.contains(.fastCommit) else { return 0 }
        // `jbd2_journal_get_num_fc_blks`: 256 where the field is 0.
        let count = superblock.fastCommitBlocks == 0 ? 256 : UInt64(superblock.fastCommitBlocks)
        return min(count, UInt64(superblock.blockCount))
    }

    /// Bytes of an inode of the file system.
    var inodeSize: Int { image.geometry.inodeSize }

    /// Whether there is something to replay.
    public var isDirty: Bool { superblock.start != 0 }
}

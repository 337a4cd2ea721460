public import Ext4Layout
public import ImageBytes

/// What a journal's fast commits say, as far as they count (`ext4_fc_replay_scan`).
///
/// They follow the log's last complete transaction. Each ends with a tail that holds its checksum;
/// what comes after the last good tail does not count.
public struct FastCommitLog: Sendable {
    /// A change, and the block of the journal that holds it.
    public struct Change: Equatable, Sendable {
        /// The block of the journal.
        public let logical: UInt64
        /// What it says: no heads, tails or padding.
        public let tag: FastCommitTag
    }

    /// The changes of all fast commits that count, in their order.
    public private(set) var changes: [Change] = []
    /// Fast commits that count.
    public private(set) var commits = 0
    /// Why the kernel would not replay the journal at all, if it would not.
    public private(set) var flaw: FormatError?
    /// The transaction that they are part of.
    public let sequence: UInt32

    /// More tags than this are not read; the kernel's 256 blocks of 4 KiB have place for 65,536 that
    /// change something. Every block has one at least.
    public static let tagLimit = 1 << 17

    private var open: [Change] = []
    private var sum: UInt32 = 0
    private var tags = 0

    /// Reads the area up to the last fast commit that counts.
    ///
    /// - Parameters:
    ///   - journal: the journal.
    ///   - sequence: the transaction after the last complete one of the log.
    init(of journal: Journal, sequence: UInt32) {
        self.sequence = sequence
        for logical in journal.fastCommitArea {
            guard let block = journal.block(logical) else { break }
            // Without a head at the start there are none.
            if logical == journal.fastCommitArea.lowerBound,
                block[FastCommitTag.Fields.kind] != FastCommitTag.headKind
            {
                break
            }
            guard read(block, logical, journal.inodeSize) else { break }
        }
        open = []
    }

    /// Reads a block; false where there is nothing more.
    private mutating func read(_ block: ImageSlice, _ logical: UInt64, _ inodeSize: Int) -> Bool {
        var offset = 0
        while offset <= block.count - FastCommitTag.headerCount {
            guard let tag = FastCommitTag(in: block, at: offset, inodeSize: inodeSize) else {
                return stop("is no tag of a fast commit (type, length)", block, offset)
            }
            offset = tag.end
            tags += 1
            guard tags <= Self.tagLimit else {
                return refuse(
                    "more tags than are read (tags, limit)", UInt64(tags), UInt64(Self.tagLimit),
                    block, tag.offset)
            }
            switch tag.value {
            case .head(let features, let number):
                guard features == 0 else {
                    return refuse(
                        "has unknown features (features, known ones)", UInt64(features), 0, block,
                        tag.offset)
                }
                // One of an older transaction ends the area.
                guard number == sequence else { return false }
            case .tail(let number, let checksum):
                sum = CRC32C.checksum(block.slice(tag.checkedRange).bytes, seed: sum)
                guard number == sequence, checksum == sum else {
                    return stop(
                        "has a wrong checksum or transaction (type, length)", block, tag.offset)
                }
                changes += open
                open = []
                commits += 1
                sum = 0
                continue
            case .padding: break
            default: open.append(Change(logical: logical, tag: tag))
            }
            sum = CRC32C.checksum(block.slice(tag.checkedRange).bytes, seed: sum)
        }
        return true
    }

    /// What follows a good fast commit may be anything; the first one has to be good.
    private mutating func stop(_ rule: String, _ block: ImageSlice, _ offset: Int) -> Bool {
        guard commits == 0 else { return false }
        return refuse(
            rule, UInt64(block[FastCommitTag.Fields.kind, from: offset]),
            UInt64(block[FastCommitTag.Fields.length, from: offset]), block, offset)
    }

    private mutating func refuse(
        _ rule: String, _ left: UInt64, _ right: UInt64, _ block: ImageSlice, _ offset: Int
    ) -> Bool {
        flaw = FormatError(
            "fast commit", at: block.origin + UInt64(offset), .contradiction(rule, left, right))
        return false
    }
}

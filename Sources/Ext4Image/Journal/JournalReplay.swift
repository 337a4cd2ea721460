internal import Ext4Layout
public import ImageBytes

/// What replaying a journal would do (`do_one_pass` in fs/jbd2/recovery.c), worked out without
/// writing anything.
public struct JournalReplay: Sendable {
    /// A block of the file system and the copy that takes its place.
    public struct Write: Equatable, Sendable {
        /// The block of the file system.
        public let target: UInt64
        /// Where in the journal its copy lies.
        public let logical: UInt64
        /// Whether the copy's first four bytes stand for the journal's magic number.
        public let isEscaped: Bool
        /// The transaction.
        public let sequence: UInt32
    }

    /// Complete transactions in the log.
    public private(set) var transactions = 0
    /// In the order of the log; a later one of the same block counts.
    public private(set) var writes: [Write] = []
    /// What ended the log early or left a block out, if anything but its end did.
    public private(set) var flaw: FormatError?
    /// The number of the transaction after the last.
    public private(set) var nextSequence: UInt32
    /// What follows the log's last transaction, where the journal has place for fast commits.
    public private(set) var fastCommits: FastCommitLog?
    /// Why the view after replay is without the fast commits, though there are some.
    public internal(set) var leftOut: FormatError?

    private let journal: Journal
    private var revoked: [UInt64: UInt32] = [:]

    /// Reads the log from where the journal's superblock says it starts.
    public init(of journal: Journal) {
        self.journal = journal
        nextSequence = journal.superblock.sequence
        guard journal.isDirty else { return }
        let steps = scan()
        for step in steps { revoke(step) }
        for step in steps { replay(step) }
        guard journal.superblock.features.contains(.fastCommit) else { return }
        fastCommits = FastCommitLog(of: journal, sequence: nextSequence)
        leftOut = fastCommits?.flaw
    }

    private struct Step {
        let kind: JournalBlockKind
        let logical: UInt64
        let sequence: UInt32
    }

    /// Finds the blocks of all complete transactions. Every round takes a block of the log, and no
    /// more are taken than it has.
    private mutating func scan() -> [Step] {
        let journal = journal
        let log = journal.log
        var steps: [Step] = []
        var open: [Step] = []
        var place = UInt64(journal.superblock.start)
        var left = log.upperBound - log.lowerBound
        // Of the transaction so far, where commit blocks hold the checksum of all of it.
        var sum: UInt32 = ~0
        guard log.contains(place) else {
            flaw = FormatError(
                "s_start", at: origin(of: journal.superblockBlock) + 28,
                .outside(value: place, limit: log.upperBound))
            return []
        }
        while left > 0, let block = journal.block(place) {
            let header = JournalBlockHeader(decoding: block)
            guard header.magic == JournalBlockHeader.magic, header.sequence == nextSequence,
                let kind = JournalBlockKind(rawValue: header.blockType)
            else { break }
            var taken: UInt64 = 1
            switch kind {
            case .descriptor:
                guard journal.hasValidTail(block) else {
                    return stop(steps, "descriptor block", block)
                }
                let count = UInt64(journal.tags(in: block).count)
                taken += count
                if journal.superblock.hasTransactionChecksums {
                    sum = CRC32BigEndian.checksum(block.bytes, seed: sum)
                    sum = Self.checksum(of: count, after: place, in: journal, seed: sum)
                }
            case .revoke:
                guard journal.hasValidTail(block) else { return stop(steps, "revoke block", block) }
            case .commit:
                guard isValid(commit: block, sum: sum) else {
                    return stop(steps, "commit block", block)
                }
                sum = ~0
            case .superblockV1, .superblockV2:
                return steps
            }
            open.append(Step(kind: kind, logical: place, sequence: header.sequence))
            if kind == .commit {
                steps += open
                open = []
                transactions += 1
                nextSequence &+= 1
            }
            guard taken <= left else { break }
            left -= taken
            place += taken
            if place >= log.upperBound { place -= log.upperBound - log.lowerBound }
        }
        return steps
    }

    private mutating func stop(
        _ steps: [Step], _ structure: StaticString, _ block: ImageSlice
    ) -> [Step] {
        flaw = FormatError(
            structure, at: block.origin,
            .contradiction(
                "checksum is wrong (transaction, complete ones before it)", UInt64(nextSequence),
                UInt64(transactions)))
        return steps
    }

    private func isValid(commit block: ImageSlice, sum: UInt32) -> Bool {
        let commit = JournalCommit(decoding: block)
        if journal.superblock.hasChecksums {
            return commit.checksum
                == JournalCommit.checksum(of: block, seed: journal.superblock.seed)
        }
        guard journal.superblock.hasTransactionChecksums else { return true }
        // Type 1 is CRC-32, and 4 is its size; all zero means that none was made.
        let sizes = (
            block[JournalCommit.Fields.checksumType], block[JournalCommit.Fields.checksumSize]
        )
        return sizes == (1, 4) && commit.checksum == sum || sizes == (0, 0) && commit.checksum == 0
    }

    /// The checksum of the blocks that follow a descriptor block.
    private static func checksum(
        of count: UInt64, after place: UInt64, in journal: Journal, seed: UInt32
    ) -> UInt32 {
        let log = journal.log
        var place = place
        var sum = seed
        for _ in 0..<count {
            place = place + 1 < log.upperBound ? place + 1 : log.lowerBound
            guard let block = journal.block(place) else { break }
            sum = CRC32BigEndian.checksum(block.bytes, seed: sum)
        }
        return sum
    }

    private mutating func revoke(_ step: Step) {
        let journal = journal
        guard step.kind == .revoke, let block = journal.block(step.logical) else { return }
        for number in journal.revoked(in: block) ?? [] { revoked[number] = step.sequence }
    }

    private mutating func replay(_ step: Step) {
        let journal = journal
        guard step.kind == .descriptor, let block = journal.block(step.logical) else { return }
        let log = journal.log
        var place = step.logical
        for tag in journal.tags(in: block) {
            place = place + 1 < log.upperBound ? place + 1 : log.lowerBound
            // A later or equal revocation wins; numbers wrap around.
            if let last = revoked[tag.block], Int32(bitPattern: step.sequence &- last) <= 0 {
                continue
            }
            guard let content = journal.block(place), isValid(content, tag, step.sequence) else {
                flaw = FormatError(
                    "journal tag", at: block.origin,
                    .contradiction(
                        "its block's checksum is wrong (block, transaction)", tag.block,
                        UInt64(step.sequence)))
                continue
            }
            writes.append(
                Write(
                    target: tag.block, logical: place, isEscaped: tag.flags.contains(.escaped),
                    sequence: step.sequence))
        }
    }

    private func isValid(_ content: ImageSlice, _ tag: JournalTag, _ sequence: UInt32) -> Bool {
        let features = journal.superblock.features
        guard journal.superblock.hasChecksums else { return true }
        let value = JournalTag.checksum(
            of: content, sequence: sequence, seed: journal.superblock.seed)
        return tag.checksum == (features.contains(.checksumV3) ? value : value & 0xFFFF)
    }

    private func origin(of logical: UInt64) -> UInt64 { journal.block(logical)?.origin ?? 0 }
}

internal import Ext4Layout
internal import ImageBytes

/// What every block of a journal is, whether it will be replayed or is left from long ago.
struct JournalIndex: Sendable {
    private let parts: [UInt64: ByteOwner.JournalPart]

    /// Reads each block's header once, and for descriptor blocks and fast commits their tags.
    init(_ journal: Journal) {
        var parts: [UInt64: ByteOwner.JournalPart] = [
            journal.superblockBlock: .superblock
        ]
        let log = journal.log
        var next = log.lowerBound
        // Blocks that are not there end the loop: a journal has no holes.
        while next < log.upperBound, let block = journal.block(next) {
            let header = JournalBlockHeader(decoding: block)
            let place = next
            next += 1
            guard header.magic == JournalBlockHeader.magic else { continue }
            switch JournalBlockKind(rawValue: header.blockType) {
            case .descriptor:
                parts[place] = .descriptor(sequence: header.sequence)
                for tag in journal.tags(in: block) {
                    parts[next] = .copy(of: tag.block, sequence: header.sequence)
                    next = next + 1 < log.upperBound ? next + 1 : log.lowerBound
                    if next == log.lowerBound { break }
                }
                if next == log.lowerBound { next = log.upperBound }
            case .commit: parts[place] = .commit(sequence: header.sequence)
            case .revoke: parts[place] = .revoke(sequence: header.sequence)
            case .superblockV1, .superblockV2, nil: break
            }
        }
        Self.addFastCommits(of: journal, to: &parts)
        self.parts = parts
    }

    /// Blocks that start with a tag, to be replayed or left from before; the next tail says of which
    /// transaction they are.
    private static func addFastCommits(
        of journal: Journal, to parts: inout [UInt64: ByteOwner.JournalPart]
    ) {
        var open: [UInt64] = []
        for place in journal.fastCommitArea.prefix(FastCommitLog.tagLimit) {
            guard let block = journal.block(place),
                FastCommitTag(in: block, at: 0, inodeSize: journal.inodeSize) != nil
            else { break }
            parts[place] = .fastCommit(sequence: nil)
            open.append(place)
            var offset = 0
            while let tag = FastCommitTag(in: block, at: offset, inodeSize: journal.inodeSize) {
                offset = tag.end
                guard case .tail(let sequence, _) = tag.value else { continue }
                for place in open { parts[place] = .fastCommit(sequence: sequence) }
                open = []
            }
        }
    }

    func part(at logical: UInt64) -> ByteOwner.JournalPart { parts[logical] ?? .unused }
}

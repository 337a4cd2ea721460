internal import Ext4Layout
internal import ImageBytes

/// What every block of a journal is, whether it will be replayed or is left from long ago.
struct JournalIndex: Sendable {
    private let parts: [UInt64: ByteOwner.JournalPart]

    /// Reads each block's header once, and for descriptor blocks their tags.
    init(_ journal: Journal) {
        var parts: [UInt64: ByteOwner.JournalPart] = [0: .superblock]
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
        self.parts = parts
    }

    func part(at logical: UInt64) -> ByteOwner.JournalPart { parts[logical] ?? .unused }
}

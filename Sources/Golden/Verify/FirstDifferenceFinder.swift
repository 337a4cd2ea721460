import Ext4Image
import Ext4Layout
import ImageBytes

/// Says of the first place that differs whose it is, where only hashes and the golden's fields are
/// known: of a block, its owner; of a span, what in it can be what differs.
struct FirstDifferenceFinder {
    let owners: OwnerMap
    let words: OwnerWords
    let old: GoldenFacts
    let new: GoldenFacts
    private let changes: [Change]
    private let named: [String: [Change]]

    init(
        owners: OwnerMap, words: OwnerWords, old: GoldenFacts, new: GoldenFacts, changes: [Change]
    ) {
        self.owners = owners
        self.words = words
        self.old = old
        self.new = new
        self.changes = changes
        named = Dictionary(grouping: changes.filter { $0.path != nil }) { $0.path ?? "" }
    }

    func find(
        _ spans: DifferingSpans, _ blocks: DifferingBlocks?
    ) -> Verification.FirstDifference? {
        if let block = blocks?.common.first {
            let offset = block * UInt64(VerityTree.blockByteCount)
            return superblock(at: offset) ?? self.block(at: offset)
        }
        if let span = spans.common.first {
            let offset = span * UInt64(VerityTree.spanByteCount)
            return superblock(at: offset) ?? self.span(from: offset)
        }
        return Self.end(old, new)
    }

    /// The same where the image is no file system.
    static func bare(
        _ old: GoldenFacts, _ new: GoldenFacts, _ spans: DifferingSpans, _ blocks: DifferingBlocks?
    ) -> Verification.FirstDifference? {
        let block = blocks?.common.first
        guard let first = block ?? spans.common.first.map({ $0 * UInt64(VerityTree.fanOut) }) else {
            return end(old, new)
        }
        let offset = first * UInt64(VerityTree.blockByteCount)
        let place = ByteComparison.place(block: first, offset: offset)
        return .init(
            offset: offset, block: first, owner: "unknown",
            sentence: block == nil ? "within 512 KiB of \(place)" : place)
    }

    /// Images that are the same as far as both go.
    static func end(_ old: GoldenFacts, _ new: GoldenFacts) -> Verification.FirstDifference? {
        guard old.imageBytes != new.imageBytes else { return nil }
        let offset = min(old.imageBytes, new.imageBytes)
        let rest = Grouped(max(old.imageBytes, new.imageBytes) - offset)
        let block = offset / UInt64(VerityTree.blockByteCount)
        return .init(
            offset: offset, block: block, owner: "the end of the image",
            sentence: ByteComparison.place(block: block, offset: offset)
                + (new.imageBytes == offset
                    ? ": the image ends here, \(rest) bytes before that of the golden"
                    : ": the image of the golden ends here, this one \(rest) bytes later"))
    }

    private func superblock(at offset: UInt64) -> Verification.FirstDifference? {
        guard offset == 0,
            let change = changes.first(where: { $0.subject.hasPrefix("superblock ") }),
            let field = Superblock.layout.first(where: {
                change.subject == "superblock \($0.description)"
            })
        else { return nil }
        let place = Superblock.imageOffset + UInt64(field.range.lowerBound)
        let block = place / UInt64(owners.image.geometry.blockSize)
        return .init(
            offset: place, block: block, owner: change.subject,
            sentence: "\(ByteComparison.place(block: block, offset: place)): \(change)")
    }

    private func block(at offset: UInt64) -> Verification.FirstDifference {
        let block = offset / UInt64(owners.image.geometry.blockSize)
        let owner =
            block < owners.image.geometry.blockCount
            ? described(owners.owner(of: block)) : "after the end of the file system"
        return .init(
            offset: offset, block: block, owner: owner,
            sentence: "\(ByteComparison.place(block: block, offset: offset)): \(owner)")
    }

    /// What of a span can be what differs: blocks that a changed name points at, or else those of
    /// the classes that differ.
    private func span(from offset: UInt64) -> Verification.FirstDifference {
        let geometry = owners.image.geometry
        let size = UInt64(geometry.blockSize)
        let first = offset / size
        let count = max(1, UInt64(VerityTree.spanByteCount) / size)
        let last = max(first, min(geometry.blockCount, first + count))
        var found: [OwnerClassName: (block: BlockOwner, blocks: Int)] = [:]
        for block in first..<last {
            let owner = owners.owner(of: block)
            let name = OwnerClassName(of: owner, in: owners.image)
            guard old.owner(name) != new.owner(name) else { continue }
            let known = found[name]
            let isBetter = known.map { change(in: $0.block) == nil && change(in: owner) != nil }
            found[name] = (
                isBetter == false ? known?.block ?? owner : owner, (known?.blocks ?? 0) + 1
            )
        }
        let candidates = OwnerClassName.allCases.compactMap { name in
            found[name].map { (name, $0.block, $0.blocks) }
        }
        let pointed = candidates.filter { change(in: $0.1) != nil }
        let owner = (pointed.isEmpty ? candidates : pointed).map { name, block, blocks in
            blocks == 1 || change(in: block) != nil
                ? described(block) : "one of \(blocks) blocks of \(name.rawValue)"
        }.joined(separator: ", or ")
        let place = ByteComparison.place(block: first, offset: offset)
        let whose = owner.isEmpty ? "blocks of which nothing is known" : owner
        return .init(
            offset: offset, block: first, owner: whose,
            sentence: "within 512 KiB of \(place): \(whose)")
    }

    private func described(_ owner: BlockOwner) -> String {
        words.words(for: owner) + (change(in: owner).map { "; \($0)" } ?? "")
    }

    /// A change of a name whose inode or content lies in a block.
    private func change(in owner: BlockOwner) -> Change? {
        let geometry = owners.image.geometry
        switch owner {
        case .inodeTable(let group, let index):
            let count = geometry.blockSize / geometry.inodeSize
            for place in 0..<count {
                let number = geometry.inodeNumber(group: group, index: Int(index) * count + place)
                guard let number = UInt32(exactly: number), let path = words.path(of: number)
                else { continue }
                // Content lies elsewhere, and attributes may.
                if let change = named[path]?.first(where: {
                    $0.cause != .xattr && !$0.subject.hasSuffix(" content")
                }) {
                    return change
                }
            }
            return nil
        case .content(let inode, _, _), .mapNode(let inode, _, _):
            guard let path = words.path(of: inode) else { return nil }
            return named[path]?.first { [.content, .added].contains($0.cause) }
        case .xattrs(let inode):
            guard let path = words.path(of: inode) else { return nil }
            return named[path]?.first { $0.cause == .xattr }
        default: return nil
        }
    }
}

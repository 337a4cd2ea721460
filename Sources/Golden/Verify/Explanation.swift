import Ext4Image
import Ext4Layout
import ImageBytes

/// What is known of a difference: where, whose, and why.
struct Explanation {
    var extent: Verification.Extent
    var firstDifference: Verification.FirstDifference?
    var owners: [Verification.OwnerCount] = []
    var causes: [Cause] = []
}

/// Explains a difference from the golden alone, and wholly where the blessed image is at hand.
struct Explainer {
    let survey: ImageSurvey
    let image: MappedImage
    let golden: GoldenStore.Loaded
    /// The blessed image and what its survey says.
    let blessed: (image: MappedImage, survey: ImageSurvey)?
    let jobs: Int

    func explain() throws(DigestError) -> Explanation {
        let spans = DifferenceLocator.differingSpans(
            survey.digest, golden.golden.spans, imageBytes: golden.golden.imageBytes)
        let locator = DifferenceLocator(image: image, jobs: jobs)
        let blocks: [UInt64]?
        if let blessed {
            blocks = locator.blocks(in: spans, against: blessed.image)
        } else {
            blocks = try locator.blocks(in: spans, golden.blocks)
        }
        var explanation = Explanation(
            extent: .init(spans: spans.count, blocks: blocks.map { UInt64($0.count) }))
        let first =
            blocks?.first.map { $0 * UInt64(VerityTree.blockByteCount) }
            ?? spans.first.map { $0 * UInt64(VerityTree.spanByteCount) }
        guard let first else { return explanation }
        guard let owners = survey.owners else {
            explanation.firstDifference = bareDifference(at: first, isBlock: blocks != nil)
            explanation.causes = [unexplained(blocks, spans)]
            return explanation
        }
        let words = OwnerWords(PathIndex(of: owners.image, workers: jobs))
        explanation.owners = ownerCounts(blocks ?? [], owners)
        let changes = self.changes()
        if let blessed, let blocks {
            let bytes = ByteComparison(
                blessed: blessed.image, image: image, owners: owners, words: words)
            let found = ByteTally(
                comparison: bytes, old: blessed.survey.owners, changes: changes,
                isSameTree: isSameTree
            ).run(blocks)
            explanation.firstDifference = found.first
            // Bytes tell more than the digests of classes do.
            let facts = changes.filter { !$0.subject.hasPrefix("class ") }
            explanation.causes = Self.merge(facts.causes, found.causes)
        } else {
            explanation.firstDifference = difference(
                at: first, isBlock: blocks != nil, changes, owners, words)
            explanation.causes = changes.causes
        }
        if !explanation.causes.contains(where: { !$0.name.isDerived }) {
            explanation.causes.append(unexplained(blocks, spans))
        }
        return explanation
    }

    /// What the decoded facts say, with the names of the blessed image where it is at hand.
    private func changes() -> [Change] {
        var old = GoldenFacts(golden.golden)
        if let known = blessed.flatMap({ try? $0.survey.tree?.get().entries }) {
            old.entries = known
        }
        return GoldenComparison.changes(from: old, to: GoldenFacts(survey))
    }

    /// The causes of both lists, those of the first where both name one, in the usual order.
    private static func merge(_ first: [Cause], _ second: [Cause]) -> [Cause] {
        Cause.Name.allCases.compactMap { name in
            first.first { $0.name == name } ?? second.first { $0.name == name }
        }
    }

    private var isSameTree: Bool {
        guard let here = try? survey.tree?.get().tree else { return false }
        return here == golden.golden.tree
    }

    private func ownerCounts(
        _ blocks: [UInt64], _ owners: OwnerMap
    ) -> [Verification.OwnerCount] {
        var counts = [UInt64](repeating: 0, count: OwnerClassName.allCases.count)
        var cursor = ClassCursor(owners)
        let size = UInt64(owners.image.geometry.blockSize)
        for block in blocks {
            let number = block * UInt64(VerityTree.blockByteCount) / size
            counts[cursor.ownerClass(of: number).index] += 1
        }
        return OwnerClassName.allCases.filter { counts[$0.index] > 0 }.map {
            .init(name: $0.rawValue, blocks: counts[$0.index])
        }
    }

    /// The first difference where only hashes and the golden's fields are known.
    private func difference(
        at offset: UInt64, isBlock: Bool, _ changes: [Change], _ owners: OwnerMap,
        _ words: OwnerWords
    ) -> Verification.FirstDifference {
        let size = UInt64(owners.image.geometry.blockSize)
        if offset < 4096,
            let change = changes.first(where: { $0.subject.hasPrefix("superblock ") }),
            let field = Superblock.layout.first(where: {
                change.subject == "superblock \($0.description)"
            })
        {
            let place = Superblock.imageOffset + UInt64(field.range.lowerBound)
            return .init(
                offset: place, block: place / size, owner: change.subject,
                sentence: "\(ByteComparison.place(block: place / size, offset: place)): \(change)")
        }
        let block = offset / size
        let whose = owners.owner(of: block)
        var owner = words.words(for: whose)
        // An inode's block is all that hashes tell; its names tell which inode, where they are known.
        if case .inodeTable = whose, let change = changes.first(where: { $0.path != nil }) {
            owner += "; \(change)"
        }
        let place = ByteComparison.place(block: block, offset: offset)
        return .init(
            offset: offset, block: block, owner: owner,
            sentence: isBlock
                ? "\(place): \(owner)" : "within 512 KiB of \(place), which is \(owner)")
    }

    /// The same where the image is no file system.
    private func bareDifference(
        at offset: UInt64, isBlock: Bool
    ) -> Verification.FirstDifference {
        let block = offset / UInt64(VerityTree.blockByteCount)
        let place = ByteComparison.place(block: block, offset: offset)
        return .init(
            offset: offset, block: block, owner: "unknown",
            sentence: isBlock ? place : "within 512 KiB of \(place)")
    }

    /// What neither fields nor names explain: whose blocks they are is all that is known.
    private func unexplained(_ blocks: [UInt64]?, _ spans: [UInt64]) -> Cause {
        let classes = GoldenComparison.classes(golden.golden.classes, survey.classes ?? [])
        let names = classes.map(\.name).joined(separator: ", ")
        let place = names.isEmpty ? "" : " in \(names)"
        if let blocks {
            return Cause(
                .unexplained, count: blocks.count,
                place: "\(blocks.count) \(blocks.count == 1 ? "block" : "blocks")\(place)")
        }
        return Cause(
            .unexplained, count: spans.count,
            place: "\(spans.count) \(spans.count == 1 ? "span" : "spans") of 512 KiB\(place)")
    }
}

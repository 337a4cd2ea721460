import Ext4Image
import Ext4Layout
import ImageBytes

/// What is known of a difference: where, whose, and why.
struct Explanation {
    var extent: Verification.Extent
    var firstDifference: Verification.FirstDifference?
    var owners: [Verification.OwnerCount] = []
    /// All that changed, each with its cause.
    var changes: [Change] = []
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
        let (old, new) = (oldFacts, GoldenFacts(survey))
        let spans = DifferingSpans(from: old, to: new)
        let locator = DifferenceLocator(image: image, jobs: jobs)
        let blocks: DifferingBlocks?
        if let blessed {
            blocks = locator.blocks(in: spans.common, against: blessed.image)
        } else {
            blocks = try locator.blocks(in: spans.common, golden.blocks)
        }
        var explanation = Explanation(
            extent: .init(spans: spans.count, blocks: blocks?.count))
        let facts = FactChanges(old: old, new: new).all()
        guard let owners = survey.owners else {
            explanation.firstDifference = FirstDifferenceFinder.bare(old, new, spans, blocks)
            explanation.changes = facts.filter { $0.subject == "image size" }
            explanation.causes = explanation.changes.causes
            if !spans.common.isEmpty || explanation.causes.isEmpty {
                explanation.causes.append(unexplained(blocks, spans))
            }
            return explanation
        }
        let words = OwnerWords(PathIndex(of: owners.image, workers: jobs))
        explanation.owners = blocks.map { ownerCounts($0, owners) } ?? []
        if let blessed, let blocks {
            let bytes = ByteComparison(
                blessed: blessed.image, image: image, owners: owners, words: words)
            let found = ByteTally(
                comparison: bytes, old: blessed.survey.owners, facts: facts, new: new,
                isSameTree: old.tree == new.tree
            ).run(blocks)
            explanation.firstDifference = found.first
            explanation.changes = facts + found.changes(beside: facts)
            explanation.causes = Self.merge(facts.causes, found.causes)
            if !explanation.causes.contains(where: { !$0.name.isDerived }) {
                let nothing = unexplained(blocks, spans)
                explanation.changes.append(Change(.unexplained, nothing.place, old: nil, new: nil))
                explanation.causes.append(nothing)
            }
        } else {
            explanation.changes = changes(facts, old, new, blocks, owners, words)
            explanation.causes = explanation.changes.causes
        }
        if explanation.firstDifference == nil {
            explanation.firstDifference = FirstDifferenceFinder(
                owners: owners, words: words, old: old, new: new, changes: explanation.changes
            ).find(spans, blocks)
        }
        return explanation
    }

    /// The golden's facts, with the names of the blessed image where it is at hand.
    private var oldFacts: GoldenFacts {
        var old = GoldenFacts(golden.golden)
        if let known = blessed.flatMap({ try? $0.survey.tree?.get().entries }) {
            old.entries = known
        }
        return old
    }

    /// What can be said without the blessed image: facts, and what the image at hand proves of them.
    private func changes(
        _ facts: [Change], _ old: GoldenFacts, _ new: GoldenFacts, _ blocks: DifferingBlocks?,
        _ owners: OwnerMap, _ words: OwnerWords
    ) -> [Change] {
        let known = Accounting.provenByFacts(old, new)
        let open = [OwnerClassName.superblock, .descriptors, .inodeTables].filter { name in
            old.owner(name) != new.owner(name) && !known.contains(name)
        }
        let proven = ClassReversal(owners: owners, old: old, changes: facts, words: words)
            .proven(open)
        let seen: [Change]? = blocks.flatMap { blocks in
            guard BlockCauses.canTell(owners) else { return nil }
            return BlockCauses(
                image: image, owners: owners, words: words, old: old, new: new, facts: facts
            ).changes(blocks)
        }
        return Accounting(from: old, to: new, facts: facts, proven: proven, blocks: seen).changes()
    }

    /// The causes of both lists, those of the first where both name one, in the usual order.
    private static func merge(_ first: [Cause], _ second: [Cause]) -> [Cause] {
        Cause.Name.allCases.compactMap { name in
            first.first { $0.name == name } ?? second.first { $0.name == name }
        }
    }

    private func ownerCounts(
        _ blocks: DifferingBlocks, _ owners: OwnerMap
    ) -> [Verification.OwnerCount] {
        var counts = [UInt64](repeating: 0, count: OwnerClassName.allCases.count)
        var after = blocks.beyond.upperBound - blocks.beyond.lowerBound
        var cursor = ClassCursor(owners)
        let geometry = owners.image.geometry
        for block in blocks.common {
            let number = block * UInt64(VerityTree.blockByteCount) / UInt64(geometry.blockSize)
            if number < geometry.blockCount {
                counts[cursor.ownerClass(of: number).index] += 1
            } else {
                after += 1
            }
        }
        let inside = OwnerClassName.allCases.filter { counts[$0.index] > 0 }.map {
            Verification.OwnerCount(name: $0.rawValue, blocks: counts[$0.index])
        }
        return inside + (after > 0 ? [.init(name: "past-end", blocks: after)] : [])
    }

    /// What neither fields nor names explain: whose blocks they are is all that is known.
    private func unexplained(_ blocks: DifferingBlocks?, _ spans: DifferingSpans) -> Cause {
        let classes = GoldenComparison.classes(golden.golden.classes, survey.classes ?? [])
        let names = classes.map(\.name).joined(separator: ", ")
        let place = names.isEmpty ? "" : " in \(names)"
        if let blocks {
            return Cause(
                .unexplained, count: Int(clamping: blocks.count),
                place: "\(blocks.count) \(blocks.count == 1 ? "block" : "blocks")\(place)")
        }
        return Cause(
            .unexplained, count: spans.count,
            place: "\(spans.count) \(spans.count == 1 ? "span" : "spans") of 512 KiB\(place)")
    }
}

/// Holds what was computed from an image against what its golden says, facet by facet.
struct FacetComparison {
    let golden: GoldenFile
    let survey: ImageSurvey

    /// Whether every byte is the blessed one.
    var isIdentical: Bool {
        survey.digest.byteCount == golden.imageBytes && survey.digest.root == golden.root
            && survey.digest.sha256.map { $0 == golden.sha256 } ?? true
    }

    /// The facets that the bytes decide, in the order of the report.
    func facets(comparesSHA256: Bool) -> [Facet] {
        Self.quick(golden, survey.digest, comparesSHA256: comparesSHA256)
            + [spans, superblock, groups, classes, tree]
    }

    /// Size, root and, where it was computed, plain SHA-256.
    static func quick(
        _ golden: GoldenFile, _ digest: ImageDigest, comparesSHA256: Bool
    ) -> [Facet] {
        var facets = [
            digest.byteCount == golden.imageBytes
                ? Facet(.size, .passed, "\(Grouped(digest.byteCount)) bytes")
                : Facet(
                    .size, .failed,
                    "\(Grouped(golden.imageBytes)) bytes in the golden, "
                        + "\(Grouped(digest.byteCount)) here"),
            same(.root, golden.root, digest.root),
        ]
        if comparesSHA256, let sha256 = digest.sha256 {
            facets.append(same(.sha256, golden.sha256, sha256))
        }
        return facets
    }

    private static func same(
        _ kind: Facet.Kind, _ old: SHA256Digest, _ new: SHA256Digest
    ) -> Facet {
        old == new
            ? Facet(kind, .passed, "\(new)")
            : Facet(kind, .failed, "\(old) in the golden, \(new) here")
    }

    private var spans: Facet {
        let differing = DifferingSpans(from: GoldenFacts(golden), to: GoldenFacts(survey))
        guard !differing.isEmpty else {
            return Facet(
                .spans, .passed, "\(golden.spans.count) spans of 512 KiB, and zeros elsewhere")
        }
        let size = UInt64(VerityTree.spanByteCount)
        var details = differing.common.map {
            "span \($0), from offset 0x\(String($0 * size, radix: 16))"
        }
        if let first = differing.beyond.first {
            details.append(
                "from span \(first), offset 0x\(String(first * size, radix: 16)), only one has any")
        }
        return Facet(
            .spans, .failed,
            "\(differing.count) \(differing.count == 1 ? "span" : "spans") of 512 KiB "
                + "\(differing.count == 1 ? "differs" : "differ")",
            details: details)
    }

    private var superblock: Facet {
        guard survey.image != nil else { return unread(.superblock) }
        return facet(
            .superblock, GoldenComparison.superblock(golden.superblock, survey.superblock),
            isSame: golden.superblock == survey.superblock,
            passed: "\(survey.superblock.count) fields", "field", "fields")
    }

    private var groups: Facet {
        guard survey.image != nil else { return unread(.groups) }
        return facet(
            .groups, GoldenComparison.groups(golden.groups, survey.groups),
            isSame: golden.groups == survey.groups,
            passed: "\(survey.groups.count) block groups", "fact", "facts")
    }

    private var classes: Facet {
        guard survey.image != nil else { return unread(.classes) }
        guard let here = survey.classes else {
            return Facet(
                .classes, .skipped, "there are too many extents to know every block's owner")
        }
        let differing = GoldenComparison.classes(golden.classes, here)
        guard !differing.isEmpty else {
            return golden.classes == here
                ? Facet(.classes, .passed, "\(here.count) classes of owners")
                : Facet(.classes, .failed, Self.misplaced)
        }
        return Facet(
            .classes, .failed,
            "what belongs to \(differing.map(\.name).joined(separator: ", ")) differs",
            details: differing.map { name, old, new in
                let (before, after) = (old?.blockCount ?? 0, new?.blockCount ?? 0)
                return before == after
                    ? "\(name): \(Grouped(after)) \(after == 1 ? "block" : "blocks"), other content"
                    : "\(name): \(Grouped(before)) blocks in the golden, \(Grouped(after)) here"
            })
    }

    private var tree: Facet {
        switch survey.tree {
        case nil: return unread(.tree)
        case .failure(let error):
            return Facet(.tree, .failed, "the tree cannot be read: \(error)")
        case .success(let here):
            if here.tree == golden.tree {
                return Facet(.tree, .passed, "\(Grouped(here.tree.entryCount)) names")
            }
            let (before, after) = (golden.tree.entryCount, here.tree.entryCount)
            let count =
                before == after
                ? "\(Grouped(after)) names on both sides"
                : "\(Grouped(before)) names in the golden, \(Grouped(after)) here"
            let changes =
                golden.entries.isEmpty
                ? [] : GoldenComparison.entries(golden.entries, here.entries)
            return Facet(
                .tree, .failed, "what a mounted file system shows differs; \(count)",
                details: changes.map(\.description))
        }
    }

    private func facet(
        _ kind: Facet.Kind, _ changes: [Change], isSame: Bool, passed: String, _ one: String,
        _ many: String
    ) -> Facet {
        guard !changes.isEmpty else {
            return isSame ? Facet(kind, .passed, passed) : Facet(kind, .failed, Self.misplaced)
        }
        return Facet(
            kind, .failed,
            "\(changes.count) \(changes.count == 1 ? one + " differs" : many + " differ")",
            details: changes.map(\.description))
    }

    private static let misplaced = "the golden has the same facts in another order, or twice"

    private func unread(_ kind: Facet.Kind) -> Facet {
        Facet(kind, .skipped, "there is no file system to compare")
    }
}

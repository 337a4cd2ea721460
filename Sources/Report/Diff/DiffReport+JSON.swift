internal import Difference
internal import Ext4Image
internal import Golden
internal import HostSystem
internal import ImageBytes

extension DiffReport {
    /// Keys that do not change are listed in DESIGN.md, all of them in assay-diff(1).
    public var json: JSONValue {
        .object([
            "format": .string("assay-diff/1"),
            "images": .array([.string(names.before), .string(names.after)]),
            "identical": .bool(difference.isIdentical),
            "same": .bool(difference.isSame),
            "ignored": Self.array(difference.ignored.names),
            "ignored_blocks": .unsigned(difference.ignoredBlocks),
            "block_size": .integer(Int64(difference.blockSize)),
            "blocks": .unsigned(difference.blockCount),
            "differing_blocks": .unsigned(difference.differingBlocks),
            "explained_blocks": .unsigned(difference.explainedBlocks),
            "unexplained_blocks": .unsigned(difference.unexplainedBlocks),
            "unexplained": .array(
                unexplainedPlaces().map { run in
                    .object([
                        "first_block": .unsigned(run.blocks.lowerBound),
                        "blocks": .integer(Int64(run.blocks.count)),
                        "owner": .string(run.place),
                    ])
                }),
            "causes": .array(causes),
            "findings": .rows(difference.findings, Self.json),
            "tree": .rows(count: difference.tree.count) { change(at: $0) },
            "contents": .rows(difference.contents) { json($0) },
            "layout": layout,
            "warnings": .array(difference.warnings.map { .string($0) }),
        ])
    }

    private static func array(_ names: [Cause.Name]) -> JSONValue {
        .array(names.map { .string($0.rawValue) })
    }

    /// One line for each cause, and whether it is primary there.
    private var causes: [JSONValue] {
        [false, true].flatMap { isDerived in
            Cause.Name.allCases.compactMap { name -> JSONValue? in
                let findings = difference.findings.filter {
                    $0.cause == name && $0.isDerived == isDerived
                }
                guard let first = findings.first else { return nil }
                let follows = findings.reduce(into: CauseSet()) { set, finding in
                    for cause in finding.follows { set.insert(CauseSet(cause)) }
                }
                var fields: [String: JSONValue] = [
                    "cause": .string(name.rawValue),
                    "count": .unsigned(findings.reduce(0) { $0 + $1.count }),
                    "where": .string(first.examples.first?.place ?? ""),
                    "derived": .bool(isDerived),
                    "blocks": .unsigned(difference.blocks(for: name)),
                    "follows": Self.array(follows.names),
                ]
                if !isDerived, let hint = CauseHint.hint(for: name) {
                    fields["hint"] = .string(hint)
                }
                return .object(fields)
            }
        }
    }

    private static func json(_ finding: Finding) -> JSONValue {
        .object([
            "cause": .string(finding.cause.rawValue),
            "what": .string(finding.what),
            "unit": .string(finding.unit.rawValue),
            "count": .unsigned(finding.count),
            "derived": .bool(finding.isDerived),
            "follows": array(finding.follows),
            "examples": .array(
                finding.examples.map { example in
                    .object([
                        "place": .string(example.place),
                        "offset": example.offset.map { .unsigned($0) } ?? .null,
                        "before": example.before.map { .string($0) } ?? .null,
                        "after": example.after.map { .string($0) } ?? .null,
                    ])
                }),
        ])
    }

    private func change(at index: Int) -> JSONValue {
        // Paths come from directories where they are mapped, and what is mapped counts as our memory.
        if index % 4_096 == 0 {
            for image in [difference.before, difference.after] { image.bytes.releaseAll() }
        }
        return json(difference.tree[index])
    }

    private func json(_ change: TreeChange) -> JSONValue {
        .object([
            "path": difference.path(of: change).map { .string("\(EscapedName($0))") } ?? .null,
            "before": change.before.map { .unsigned(UInt64($0)) } ?? .null,
            "after": change.after.map { .unsigned(UInt64($0)) } ?? .null,
            "causes": Self.array(change.causes.names),
            "content_of": difference.origin(of: change).map { .string("\(EscapedName($0))") }
                ?? .null,
        ])
    }

    private func json(_ content: ContentChange) -> JSONValue {
        .object([
            "path": difference.sides?.before.paths.path(of: content.before)
                .map { .string("\(EscapedName($0))") } ?? .null,
            "before": .unsigned(UInt64(content.before)),
            "after": .unsigned(UInt64(content.after)),
            "size_before": .unsigned(content.sizeBefore),
            "size_after": .unsigned(content.sizeAfter),
            "offset": .unsigned(content.offset),
            "bytes_before": .string(hexadecimal(content.excerptBefore)),
            "bytes_after": .string(hexadecimal(content.excerptAfter)),
            "culprit": content.culprit.map { .string($0) } ?? .null,
        ])
    }

    private var layout: JSONValue {
        let layout = difference.layout
        return .object([
            "moved_blocks": .unsigned(layout.movedBlocks),
            "moved_files": .unsigned(layout.movedFiles),
            "renumbered_inodes": .unsigned(layout.renumberedInodes),
            "reordered_directories": .unsigned(layout.reorderedDirectories),
            "parting": layout.parting.map { parting in
                .object([
                    "path": .string(parting.path),
                    "before": .unsigned(UInt64(parting.before)),
                    "after": .unsigned(UInt64(parting.after)),
                ])
            } ?? .null,
        ])
    }
}

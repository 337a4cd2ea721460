import Golden

/// The gate's outcome for programs: `assay-verify/1`.
enum VerifyJSON {
    static func render(_ summary: VerifySummary) -> String {
        JSONValue.object([
            "format": "assay-verify/1",
            "exit_status": .integer(Int64(summary.exitStatus)),
            "images": .array(summary.verifications.map(image)),
            "errors": .array(
                summary.troubles.map {
                    ["image": .string($0.image), "message": .string($0.message)]
                }),
        ]).text
    }

    private static func image(_ result: Verification) -> JSONValue {
        .object([
            "image": .string(result.image),
            "golden": .optional(result.golden),
            "verdict": .string(result.verdict.rawValue),
            "bytes": .unsigned(result.byteCount),
            "root": .optional(result.root?.hex),
            "sha256": .optional(result.sha256?.hex),
            "differing_blocks": blocks(result),
            "differing_spans": .number(result.extent?.spans ?? 0),
            "first_difference": result.firstDifference.map(first) ?? .null,
            "owners": .object(
                Dictionary(
                    result.owners.map { ($0.name, JSONValue.unsigned($0.blocks)) },
                    uniquingKeysWith: { $1 })),
            "causes": .array(result.causes.map(cause)),
            "inputs": inputs(result),
            "facets": .array(result.facets.map(facet)),
            "slack": result.slack.map(slack) ?? .null,
            "waived": .array(result.waived.map { .string($0) }),
            "warnings": .array(result.warnings.map { .string($0) }),
            "next": .array(result.hints.map { .string($0) }),
        ])
    }

    /// 0 where nothing differs, null where only spans are known.
    private static func blocks(_ result: Verification) -> JSONValue {
        guard let extent = result.extent else {
            return [.different, .noGolden].contains(result.verdict) ? .null : .unsigned(0)
        }
        return extent.blocks.map { .unsigned($0) } ?? .null
    }

    private static func first(_ first: Verification.FirstDifference) -> JSONValue {
        .object([
            "offset": .unsigned(first.offset), "block": .unsigned(first.block),
            "owner": .string(first.owner), "sentence": .string(first.sentence),
        ])
    }

    private static func cause(_ cause: Cause) -> JSONValue {
        .object([
            "cause": .string(cause.name.rawValue), "count": .number(cause.count),
            "where": .string(cause.place), "derived": .bool(cause.name.isDerived),
        ])
    }

    /// Null where nobody asked.
    private static func inputs(_ result: Verification) -> JSONValue {
        guard let answer = result.inputs else { return .null }
        return .object([
            "changed": .string(answer.name), "sentence": .string(answer.sentence),
        ])
    }

    private static func facet(_ facet: Facet) -> JSONValue {
        .object([
            "facet": .string(facet.kind.rawValue), "status": .string(facet.status.rawValue),
            "message": .string(facet.message),
            "details": .array(facet.details.map { .string($0) }),
        ])
    }

    private static func slack(_ slack: StructureReport.Slack) -> JSONValue {
        .object([
            "free_blocks": .unsigned(slack.freeBlocks),
            "kernel_reserved_blocks": .unsigned(slack.kernelReservedBlocks),
            "usable_blocks": .unsigned(slack.usableBlocks),
            "usable_bytes": .unsigned(slack.usableBytes),
            "free_inodes": .unsigned(slack.freeInodes),
            "max_online_bytes": .unsigned(slack.maxOnlineBytes),
        ])
    }
}

internal import Ext4Check

extension CheckOutcome {
    /// The form `assay-check/1`.
    public var json: JSONValue {
        [
            "format": "assay-check/1",
            "image": .string(name),
            "verdict": .string(report.verdict.rawValue),
            "findings": .rows(findings, Self.json),
            "truncated": .array(report.truncated.map(Self.json)),
            "lint": .rows(report.lint, Self.json),
            "truncated_lint": .array(report.truncatedLint.map(Self.json)),
            "slack": report.slack.map(Self.json) ?? .null,
            "policy_failures": .array(failures.map { .string($0) }),
        ]
    }

    private static func json(_ finding: CheckFinding) -> JSONValue {
        [
            "severity": .string(finding.severity.rawValue),
            "kind": .string(finding.kind.rawValue),
            "where": .string(finding.place.description),
            "place": json(finding.place),
            "message": .string(finding.message),
        ]
    }

    /// The parts of a place that apply.
    private static func json(_ place: FindingPlace) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if let group = place.group { members["group"] = .number(group) }
        if let inode = place.inode { members["inode"] = .number(inode) }
        if let block = place.block { members["block"] = .number(block) }
        if let fileBlock = place.fileBlock { members["file_block"] = .number(fileBlock) }
        if let offset = place.offset { members["offset"] = .number(offset) }
        if let field = place.field { members["field"] = .string(field) }
        if let path = place.path { members["path"] = .string(path) }
        return .object(members)
    }

    private static func json(_ truncated: TruncatedFindings) -> JSONValue {
        [
            "kind": .string(truncated.kind.rawValue),
            "listed": .number(truncated.kept),
            "at_least": .number(truncated.found),
        ]
    }

    private static func json(_ slack: Slack) -> JSONValue {
        [
            "free_blocks": .number(slack.freeBlocks),
            "kernel_reserved_blocks": .number(slack.kernelReservedBlocks),
            "root_reserved_blocks": .number(slack.rootReservedBlocks),
            "usable_blocks": .number(slack.usableBlocks),
            "usable_bytes": .number(slack.usableBytes),
            "user_blocks": .number(slack.userBlocks),
            "free_inodes": .number(slack.freeInodes),
            "max_online_bytes": .number(slack.maximumOnlineBytes),
        ]
    }
}

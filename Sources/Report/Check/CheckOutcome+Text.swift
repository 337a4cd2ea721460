internal import Ext4Check

extension CheckOutcome {
    /// The verdict first, then what speaks for it, then what is free.
    public var text: String {
        var lines = ["\(name): \(report.verdict.rawValue)\(summary)"]
        lines += findings.map(Self.line)
        lines += report.truncated.map(Self.line)
        if !report.lint.isEmpty {
            lines.append("What would not come out the same twice:")
            lines += report.lint.map(Self.lintLine)
            lines += report.truncatedLint.map(Self.line)
        }
        if let slack = report.slack { lines += Self.lines(slack) }
        lines += failures.map { "policy: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private var summary: String {
        let counts = [CheckFinding.Severity.error, .warning].compactMap { severity -> String? in
            let count = findings.count { $0.severity == severity }
            guard count > 0 else { return nil }
            return "\(Format.count(count)) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        return counts.isEmpty ? "" : ", " + counts.joined(separator: ", ")
    }

    private static func line(_ finding: CheckFinding) -> String {
        "\(finding.severity.rawValue): \(finding.kind.rawValue): \(finding.place): "
            + finding.message
    }

    private static func lintLine(_ finding: CheckFinding) -> String {
        "lint: \(finding.kind.rawValue): \(finding.place): \(finding.message)"
    }

    private static func line(_ truncated: TruncatedFindings) -> String {
        "note: \(truncated.kind.rawValue): truncated at \(Format.count(truncated.kept)) of at "
            + "least \(Format.count(truncated.found))"
    }

    private static func lines(_ slack: Slack) -> [String] {
        let root = Format.bytes(slack.usableBytes)
        let user = Format.bytes(slack.userBlocks * UInt64(slack.blockSize))
        return [
            "free: \(Format.count(slack.freeBlocks)) blocks, of which the kernel keeps "
                + "\(Format.count(slack.kernelReservedBlocks)); root can write \(root), others "
                + "\(user); \(Format.count(slack.freeInodes)) inodes",
            "grows to \(Format.bytes(slack.maximumOnlineBytes)) while mounted",
        ]
    }
}

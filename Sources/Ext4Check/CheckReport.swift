/// What a check found.
public struct CheckReport: Sendable {
    /// What it comes to.
    public let verdict: CheckVerdict
    /// What is wrong, or worth knowing, in the order of the structures; at most so many of a kind.
    public let findings: [CheckFinding]
    /// The kinds of which there were more than are listed.
    public let truncated: [TruncatedFindings]
    /// What is free; nil where the file system cannot be read.
    public let slack: Slack?
    /// What makes images of the same content differ.
    public let lint: [CheckFinding]
    /// The kinds of lint of which there was more than is listed.
    public let truncatedLint: [TruncatedFindings]

    /// The file system cannot be read because it has what this program does not know; it may be
    /// sound.
    public var isUnsupported: Bool {
        verdict == .unreadable && findings.contains { $0.kind == .unsupported }
    }

    init(
        _ log: FindingLog, isReadable: Bool, slack: Slack?, lint: FindingLog,
        findings: [CheckFinding], lintFindings: [CheckFinding]
    ) {
        verdict = !isReadable ? .unreadable : (log.hasErrors ? .invalid : .clean)
        self.findings = findings
        truncated = log.truncated
        self.slack = slack
        self.lint = lintFindings
        truncatedLint = lint.truncated
    }
}

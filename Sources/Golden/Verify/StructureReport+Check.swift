import Ext4Check
public import ImageBytes

extension StructureReport {
    /// What the checker says of an image. Lint is a second look at every byte, so only on request.
    public init(checking image: MappedImage, jobs: Int, lint: Bool) {
        let report = Checker(image).run(jobs: jobs, lint: lint)
        func finding(_ finding: CheckFinding) -> Finding {
            Finding(
                severity: finding.severity.rawValue, kind: finding.kind.rawValue,
                place: finding.place.description, message: finding.message)
        }
        self.init(
            findings: report.findings.map(finding), lint: report.lint.map(finding),
            slack: report.slack.map(Slack.init))
    }
}

extension StructureReport.Slack {
    init(_ slack: Ext4Check.Slack) {
        self.init(
            freeBlocks: slack.freeBlocks, kernelReservedBlocks: slack.kernelReservedBlocks,
            usableBlocks: slack.usableBlocks, usableBytes: slack.usableBytes,
            freeInodes: slack.freeInodes, maxOnlineBytes: slack.maximumOnlineBytes)
    }
}

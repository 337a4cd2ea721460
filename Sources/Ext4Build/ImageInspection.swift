internal import Ext4Check
internal import Ext4Image

/// Looks at a finished image with the eyes of the reader, which shares no code with the writer.
struct ImageInspection {
    private static let shownFindings = 10

    private let plan: Plan
    private let image: OutputFile

    init(_ plan: Plan, _ image: OutputFile) {
        self.plan = plan
        self.image = image
    }

    /// - Throws: ``BuildError/rejected(_:)`` where the image is not in order, or not what was planned;
    ///   what the disk had to say where it could not be read.
    func run(jobs: Int) throws(BuildError) {
        let bytes = try image.mapped()
        let report = Checker(bytes).run(jobs: jobs, lint: false)
        try image.checkIntact(bytes)
        guard report.verdict == .clean else {
            let findings = report.findings.prefix(Self.shownFindings).map {
                "\($0.severity.rawValue): \($0.kind.rawValue): \($0.message)"
            }
            throw .rejected(findings.joined(separator: "\n"))
        }
        guard let slack = report.slack, slack.freeBlocks == plan.slack.freeBlocks else {
            throw .rejected(
                "\(report.slack?.freeBlocks ?? 0) blocks are free where "
                    + "\(plan.slack.freeBlocks) were planned")
        }
    }
}

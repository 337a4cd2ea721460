public import Ext4Check
internal import HostSystem
public import SystemPackage

/// What `assay check` came to, ready to be shown.
public struct CheckOutcome: CommandReport {
    let path: FilePath
    let report: CheckReport
    /// What was found beside the image, such as another checker's opinion.
    let extra: [CheckFinding]
    let failures: [String]

    /// - Parameters:
    ///   - path: the image.
    ///   - report: what the checker found.
    ///   - extra: findings that come from beside the image.
    ///   - failures: what of the slack that was asked for is not there.
    public init(
        path: FilePath, report: CheckReport, extra: [CheckFinding] = [], failures: [String] = []
    ) {
        self.path = path
        self.report = report
        self.extra = extra
        self.failures = failures
    }

    var name: String { "\(EscapedName(path))" }

    var findings: [CheckFinding] { report.findings + extra }
}

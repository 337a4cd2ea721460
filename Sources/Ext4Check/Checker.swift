public import ImageBytes
public import HostSystem

/// Checks an image by the rules of `e2fsck -fn`, and looks for what makes images differ.
///
/// It reads, and never writes; any bytes may be given to it. The same image gives the same report
/// with any number of jobs.
public struct Checker: Sendable {
    private let image: MappedImage
    private let now: UInt64?
    private let epoch: Int64?

    /// - Parameters:
    ///   - image: the image; it must not change while it is checked.
    ///   - now: the time in seconds since 1970, to find times in the future as e2fsck does; nil
    ///     makes the report a function of the image alone.
    ///   - epoch: the time that all time stamps should be, in seconds since 1970; nil takes what
    ///     the image itself shows to be its epoch.
    public init(_ image: MappedImage, now: UInt64? = nil, epoch: Int64? = nil) {
        self.image = image
        self.now = now
        self.epoch = epoch
    }

    /// Checks everything.
    ///
    /// - Parameters:
    ///   - jobs: how many threads to use.
    ///   - lint: whether to look for what makes images differ, too.
    /// - Returns: what was found.
    public func run(jobs: Int = ThreadTeam.processorCount, lint: Bool = true) -> CheckReport {
        var log = FindingLog()
        guard let volume = VolumeOpener(image: image).open(&log) else {
            return CheckReport(
                log, isReadable: false, slack: nil, lint: FindingLog(), findings: log.findings,
                lintFindings: [])
        }
        var session = CheckSession(volume: volume, jobs: max(1, jobs), log: log)
        let isReadable = session.run(now: now)
        var lintLog = FindingLog()
        if lint, isReadable, session.isComplete {
            lintLog = Lint(session, epoch: epoch).run()
        }
        return CheckReport(
            session.log, isReadable: isReadable, slack: Slack(volume), lint: lintLog,
            findings: session.withPaths(session.log.findings),
            lintFindings: session.withPaths(lintLog.findings))
    }
}

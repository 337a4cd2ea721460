import ArgumentParser
import Ext4Check
import HostSystem
import ImageBytes
import Report

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check one image by itself: consistency, determinism, slack.",
        discussion: """
            Consistency is judged as e2fsck -fn does. Exit status: 0 clean, 3 not a valid file \
            system, 4 less free than --free-inodes or --free-space ask for, 2 trouble.
            """)

    @OptionGroup var location: ImageLocation

    @Option(help: "Fail unless so many inodes are free.")
    var freeInodes: UInt64?

    @Option(help: "Fail unless root can still write so much (\(ByteSize.help)).")
    var freeSpace: ByteSize?

    @Option(help: "The time that all time stamps should be, in seconds since 1970.")
    var epoch: Int64?

    @Flag(help: "Leave out the search for what would not come out the same twice.")
    var noLint = false

    @Flag(help: "Ask the installed e2fsck as well; a disagreement is a finding.")
    var fsck = false

    @Option(help: "The form of the output: text or json.")
    var format = OutputFormat.text

    @OptionGroup var workers: WorkerOptions

    func run() async throws {
        let workers = self.workers.count
        let image = try location.openBytes(workers: workers)
        // As e2fsck does, times in the future are judged by the clock.
        let now = UInt64(max(0, time(nil)))
        let report = Checker(image, now: now, epoch: epoch)
            .run(jobs: workers, lint: !noLint)
        do throws(FileError) { try image.checkIntact() } catch {
            throw location.failure("\(error)", ExitStatus.trouble)
        }
        var extra: [CheckFinding] = []
        if fsck { extra = await InstalledFsck(image).findings(beside: report.verdict) }
        if report.verdict == .unreadable, let hint = location.place.hint(image) {
            extra.append(CheckFinding(.superblockMissing, at: .fileSystem, hint, severity: .note))
        }
        let promise = SlackPromise(freeInodes: freeInodes, freeSpace: freeSpace?.bytes)
        let failures = report.slack.map(promise.failures) ?? []
        let outcome = CheckOutcome(
            path: location.path, report: report, extra: extra, failures: failures)
        try StandardStreams.print(outcome, format)
        // Features that are not known here say nothing about the image.
        if report.isUnsupported { throw ExitStatus.trouble }
        if report.verdict != .clean { throw ExitStatus.invalid }
        if !failures.isEmpty { throw ExitStatus.policy }
    }
}

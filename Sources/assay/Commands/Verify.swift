import ArgumentParser
import Ext4Image
import Golden
import HostSystem
import ImageBytes
import Report
import SystemPackage

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Gate images against goldens: every byte, structure, tree and slack.",
        discussion: """
            The golden of NAME.img.zst is NAME.img.zst.golden, NAME.img.golden or NAME.golden, in \
            --golden-dir or beside the image. A mismatch leaves NAME.golden.new for "assay golden \
            review", but never where CI is set.

            Exit status: 0 identical, 1 different, 2 trouble, 3 not a valid file system, 4 policy \
            not met, 5 no golden. With --bisect: 0, 1, 125 where the image cannot be read, 255 \
            where there is no golden to tell good from bad.
            """)

    @Argument(help: "Raw images, .zst files or disks.", completion: .file())
    var images: [String]

    @Option(help: "The golden to hold all images against.", completion: .file())
    var golden: String?

    @Option(help: "The folder in which goldens lie.", completion: .directory)
    var goldenDir: String?

    @Option(help: "The blessed image: every differing byte is explained.", completion: .file())
    var against: String?

    @Option(
        help: """
            After a mismatch, say whether the inputs changed: a recipe, whose sources are read then, \
            or the golden of the build that made the image.
            """, completion: .file())
    var inputs: String?

    @OptionGroup(title: "Where in the files") var place: ImagePlace
    @OptionGroup(title: "Policy") var policy: PolicyOptions

    @Flag(help: "Compare size and root only.")
    var quick = false

    @Flag(help: "Compare the plain SHA-256 as well.")
    var sha256 = false

    @Flag(help: "End with the statuses that git bisect run reads.")
    var bisect = false

    @Option(
        help:
            "Write a report: text, json, junit, sarif, markdown or github, = and a file. Repeatable."
    )
    var report: [ReportArgument] = []

    @Option(help: "Write an in-toto statement, for cosign to sign.", completion: .file())
    var attest: String?

    @Flag(help: "Leave no NAME.golden.new after a mismatch.")
    var noPending = false

    @OptionGroup var workers: WorkerOptions

    @Option(help: "How to report: text or json.")
    var format = OutputFormat.text

    func validate() throws {
        if golden != nil, goldenDir != nil {
            throw ValidationError("--golden and --golden-dir say two things.")
        }
        if inputs != nil, images.count > 1 {
            throw ValidationError("--inputs is about one image.")
        }
        if quick, policy.isGiven {
            throw ValidationError("--quick compares size and root only, so no policy is held.")
        }
        if images.isEmpty { throw ValidationError("Which image?") }
    }

    func run() async throws {
        let status: Int32
        do { status = try await verify() } catch {
            // git bisect run takes 2 for a bad commit: where there is no answer, it must stop.
            guard bisect else { throw error }
            if !(error is ExitCode) { StandardStreams.complain("\(error)") }
            throw ExitCode(VerifySummary.bisectAbort)
        }
        if status != 0 { throw ExitCode(status) }
    }

    /// Verifies and reports; returns the exit status.
    private func verify() async throws -> Int32 {
        let inputs = try inputs.map { try InputsAtHand($0, jobs: workers.count) }
        var verifier = Verifier(jobs: workers.count, today: policy.today ?? Environment.today)
        verifier.isQuick = quick
        verifier.comparesSHA256 = sha256 || attest != nil
        verifier.policy = try policy.rules()
        let gate = Gate(
            verifier: verifier, golden: golden.map { FilePath(argument: $0) },
            finder: GoldenFinder(folder: goldenDir.map { FilePath(argument: $0) }),
            blessed: against.map { FilePath(argument: $0) }, part: place.part,
            expansionLimit: place.expansionLimit,
            leavesPending: !(noPending || bisect || quick || Environment.isCI))
        var summary = gate.run(images.map { FilePath(argument: $0) })
        for index in summary.verifications.indices {
            await inputs?.answer(&summary.verifications[index])
        }
        try write(summary)
        hint(summary)
        return bisect ? summary.bisectStatus : summary.exitStatus
    }

    /// Says of disks which partitions they have: their first bytes are no file system.
    private func hint(_ summary: VerifySummary) {
        guard place.part == .whole else { return }
        for (image, result) in zip(images, summary.verifications)
        where result.verdict == .invalid || result.verdict == .noGolden {
            let path = FilePath(argument: image)
            let source = ImageSource(
                path: path, workers: workers.count, expansionLimit: place.expansionLimit)
            guard let bytes = try? source.open(), (try? Ext4Image(bytes, tolerant: true)) == nil,
                let hint = place.hint(bytes)
            else { continue }
            StandardStreams.complain("\(EscapedName(path)): \(hint)")
        }
    }

    /// Writes every report that can be written: one that cannot does not keep the others back.
    private func write(_ summary: VerifySummary) throws {
        let shown: VerifyFormat = format == .json ? .json : .text
        try StandardStreams.print(shown.render(summary, version: Version.number))
        var isWhole = true
        for report in report {
            let text = report.format.render(summary, version: Version.number)
            if !write(text, to: report.path) { isWhole = false }
        }
        if let attest {
            if let statement = VerifyAttestation.render(summary) {
                if !write(statement, to: FilePath(argument: attest)) { isWhole = false }
            } else {
                let file = EscapedName(FilePath(argument: attest))
                StandardStreams.complain("no image could be read, so \(file) was not written")
            }
        }
        if !isWhole { throw ExitStatus.trouble }
    }

    /// Returns whether the file could be written; says why where it could not.
    private func write(_ text: String, to path: FilePath) -> Bool {
        do throws(StoreError) {
            try GoldenStore.writeReport(Array(text.utf8), to: path)
            return true
        } catch {
            StandardStreams.complain("\(error)")
            return false
        }
    }
}

import ArgumentParser
import Golden
import HostSystem
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

    @Option(name: .shortAndLong, help: "Threads to work with.")
    var jobs = ThreadTeam.processorCount

    @Option(help: "How to report: text or json.")
    var format = OutputFormat.text

    func validate() throws {
        if golden != nil, goldenDir != nil {
            throw ValidationError("--golden and --golden-dir say two things.")
        }
        if inputs != nil, images.count > 1 {
            throw ValidationError("--inputs is about one image.")
        }
        if images.isEmpty { throw ValidationError("Which image?") }
        guard (1...1024).contains(jobs) else { throw ValidationError("--jobs is not 1 to 1,024.") }
    }

    func run() async throws {
        let inputs = try inputs.map { try InputsAtHand($0, jobs: jobs) }
        var verifier = Verifier(jobs: jobs, today: policy.today ?? Environment.today)
        verifier.isQuick = quick
        verifier.comparesSHA256 = sha256 || attest != nil
        verifier.policy = try policy.rules()
        let gate = Gate(
            verifier: verifier, golden: golden.map { FilePath($0) },
            finder: GoldenFinder(folder: goldenDir.map { FilePath($0) }),
            blessed: against.map { FilePath($0) }, part: place.part,
            expansionLimit: place.expansionLimit,
            leavesPending: !(noPending || bisect || quick || Environment.isCI))
        var summary = gate.run(images.map { FilePath($0) })
        for index in summary.verifications.indices {
            await inputs?.answer(&summary.verifications[index])
        }
        try write(summary)
        let status = bisect ? summary.bisectStatus : summary.exitStatus
        if status != 0 { throw ExitCode(status) }
    }

    private func write(_ summary: VerifySummary) throws {
        let shown: VerifyFormat = format == .json ? .json : .text
        try StandardStreams.print(shown.render(summary, version: Version.number))
        for report in report {
            try GoldenStore.writeFile(
                Array(report.format.render(summary, version: Version.number).utf8), to: report.path)
        }
        if let attest {
            try GoldenStore.writeFile(
                Array(VerifyAttestation.render(summary).utf8), to: FilePath(attest))
        }
    }
}

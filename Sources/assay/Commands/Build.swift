import ArgumentParser
import Ext4Build
import Golden
import HostSystem
import Report
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct Build: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make an image from a tree, store paths or a closure.",
        discussion: """
            Sources are laid one over the other in this order: --root, --mtree, the closure of store \
            paths with /nix-path-registration, --files, --populate. Folders merge, and a later file \
            replaces an earlier one. The same sources and options give the same bytes, anywhere.

            A recipe is a file with one long option a line; blank lines and lines that begin with # \
            are passed over, paths are relative to it, and what stands on the command line wins.
            """)

    @OptionGroup(title: "Sources") var sources: SourceOptions
    @OptionGroup(title: "The image") var image: ImageOptionGroup

    @Option(name: [.short, .long], help: "The image. NAME.zst is compressed.", completion: .file())
    var output: String?

    @Flag(help: "Compress with zstd, whatever the name of the output.")
    var compress = false

    @Option(help: "zstd's level, 1 to 22.")
    var compressionLevel = BuildRequest.defaultCompressionLevel

    @Flag(help: "Compute the image's dm-verity root and SHA-256.")
    var digest = false

    @Option(
        help: "Write a golden of the image, NAME.golden and NAME.blocks, from the same pass.",
        completion: .file())
    var golden: String?

    @Flag(help: "Replace a golden of this name.")
    var force = false

    @Flag(help: "Let --golden record where CI is set: goldens are blessed by people.")
    var allowCi = false

    @Flag(help: "Print the plan and write nothing.")
    var dryRun = false

    @Flag(help: "Do not check the finished image before it gets its name.")
    var noCheck = false

    @OptionGroup var workers: WorkerOptions

    @Option(help: "How to report: text or json.")
    var format = OutputFormat.text

    // Taken out of the arguments before they are parsed; here for the help and for completions.
    @Option(help: "A recipe; the same as @FILE.", completion: .file())
    var recipe: String?

    mutating func validate() throws {
        guard dryRun || output?.isEmpty == false else {
            throw ValidationError("Where to? Give -o IMAGE, or --dry-run for the plan alone.")
        }
        guard golden?.isEmpty != true else {
            throw ValidationError("--golden has no name. Give NAME.golden.")
        }
        guard (1...22).contains(compressionLevel) else {
            throw ValidationError("--compression-level is not 1 to 22.")
        }
    }

    func run() async throws {
        try Environment.refuseToBless(unless: golden == nil || allowCi)
        let options = try image.options()
        endOnSignals()
        let progress = BuildProgress()
        let bar = ProgressBar(progress)
        defer { bar.stop() }
        let builder = ImageBuilder(progress: progress)
        let assembly = try await builder.assemble(
            sources.list(for: options), jobs: workers.count)
        guard !dryRun, let output else {
            let plan = try builder.plan(assembly, options, jobs: workers.count)
            bar.stop()
            return try StandardStreams.print(PlanReport(plan), format)
        }
        var request = BuildRequest(output: FilePath(argument: output))
        request.compressionLevel = compress || output.hasSuffix(".zst") ? compressionLevel : nil
        request.jobs = workers.count
        request.digest = digest
        request.check = !noCheck
        if let golden {
            request.golden = .init(
                path: GoldenPaths.text(named: FilePath(argument: golden)))
            request.golden?.replaces = force
        }
        let result = try builder.build(assembly, options, request)
        bar.stop()
        try StandardStreams.print(
            BuildReport(result, image: ArgumentText.bytes(output)), format)
    }

    /// The digests of what would be built, without building it.
    func inputs(jobs: Int) async throws -> GoldenFile.Inputs {
        let options = try image.options()
        let sources = try await ImageBuilder().assemble(
            sources.list(for: options), jobs: jobs)
        return try InputsDigest(sources, options).inputs(jobs: jobs)
    }

    /// A kill is trouble like any other: a message, and nothing left behind. What has to be removed is
    /// removed by others, since this process might as well be killed in a way that it cannot notice.
    private func endOnSignals() {
        let image = output.map {
            "; the image \(EscapedName(FilePath(argument: $0))) is unfinished and thrown away"
        }
        Interruption.watch { signal in
            StandardStreams.complain("stopped by \(signal)\(image ?? "")")
            _exit(ExitStatus.trouble.rawValue)
        }
    }
}

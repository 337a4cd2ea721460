import ArgumentParser
import Golden
import HostSystem
import ImageBytes
import Report
import SystemPackage

struct GoldenRecord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Bless an image: write NAME.golden and NAME.blocks.",
        discussion: """
            To bless is a person's act: where CI is set, nothing is recorded without --allow-ci. \
            With --recipe the image is built a second time first, and blessed only if the bytes \
            are the same; the golden then holds the digests of the recipe and its sources, the \
            layout, and, unless another is given, the recipe's promise.
            """)

    @OptionGroup var location: ImageLocation

    @Option(name: [.short, .long], help: "The golden, NAME.golden.", completion: .file())
    var output: String

    @Flag(help: "Replace a golden that is there.")
    var force = false

    @Flag(help: "Record although CI is set.")
    var allowCi = false

    @Flag(help: "Write a line for each name in the image, in the manner of mtree.")
    var tree = false

    @Option(help: "Promise that at least so many inodes are free.")
    var freeInodes: UInt64?

    @Option(help: "Promise that root can write at least so much: \(ByteSize.help).")
    var freeSpace: ByteSize?

    @Option(help: "Let a finding pass: \"SUBJECT DAY REASON\". Repeatable.")
    var waive: [WaiverArgument] = []

    @Option(help: "Build this recipe first, and refuse if the bytes differ.", completion: .file())
    var recipe: String?

    @OptionGroup var workers: WorkerOptions

    func run() async throws {
        try Environment.refuseToBless(unless: allowCi)
        let workers = self.workers.count
        let image = try location.openBytes(workers: workers)
        do {
            try ImageMixUp.refuse(image)
            let output = GoldenPaths.text(named: FilePath(argument: output))
            try GoldenStore.requirePlace(output, replaces: force)
            let survey = try ImageSurvey(
                of: image, jobs: workers, blocks: true, plain: true, entries: tree)
            try image.checkIntact()
            try requirePromise(of: image, workers)
            var extras = self.extras
            if let recipe {
                let rebuild = Rebuild(recipe: FilePath(argument: recipe), jobs: workers)
                let rebuilt = try await rebuild.require(survey.digest.root)
                (extras.layout, extras.inputs) = (rebuilt.layout, rebuilt.inputs)
                extras.promise = extras.promise ?? rebuilt.promise
            }
            let recording = try Recording(of: survey, extras)
            try GoldenStore.write(recording, to: output, replaces: force)
            let paths = GoldenPaths(output)
            try StandardStreams.print(
                "root \(recording.golden.root)\n"
                    + "wrote \(EscapedName(paths.text)) and \(EscapedName(paths.blocks))\n")
        } catch let error as ExitCode {
            throw error
        } catch let error as RecordError {
            throw location.failure(
                "\(error)", error.isOfImage ? ExitStatus.invalid : ExitStatus.trouble)
        } catch {
            throw location.failure("\(error)", ExitStatus.trouble)
        }
    }

    /// Refuses a promise that the image does not keep; warns of an image that verify will find fault
    /// with.
    private func requirePromise(of image: MappedImage, _ workers: Int) throws {
        let structure = StructureReport(checking: image, jobs: workers, lint: false)
        let waived = waive.map(\.waiver.subject)
        let error = structure.findings.first {
            $0.severity == "error" && !waived.contains("check:\($0.kind)")
        }
        if let error {
            StandardStreams.complain(
                "warning: not a sound file system, so verify will fail it: \(error.place): "
                    + "\(error.message); assay check shows all")
        }
        guard let slack = structure.slack else { return }
        if slack.freeInodes < freeInodes ?? 0 || slack.usableBytes < freeSpace?.bytes ?? 0 {
            throw location.failure(
                "the promise is not kept: \(slack.freeInodes) inodes are free, and root can write "
                    + "\(slack.usableBytes) bytes", ExitStatus.policy)
        }
    }

    private var extras: Recording.Extras {
        let promise: GoldenFile.Promise? =
            freeInodes == nil && freeSpace == nil
            ? nil
            : GoldenFile.Promise(freeInodes: freeInodes ?? 0, freeBytes: freeSpace?.bytes ?? 0)
        return Recording.Extras(promise: promise, waivers: waive.map(\.waiver))
    }
}

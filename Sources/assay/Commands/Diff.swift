import ArgumentParser
import Difference
import Ext4Image
import Golden
import HostSystem
import ImageBytes
import Report

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what differs between two images, where, and why.",
        discussion: """
            Every differing byte gets an owner and a cause; what follows from another cause is \
            folded under it. Exit status: 0 the same, 1 different, 2 trouble, 3 not a valid file \
            system.
            """)

    @Argument(help: "The first image: raw, a .zst file or a disk.", completion: .file())
    var before: String

    @Argument(help: "The second image.", completion: .file())
    var after: String

    @OptionGroup(title: "Where in the files") var place: ImagePlace

    @Option(help: "Compare modulo a cause, such as timestamp or uuid. Repeatable.")
    var ignore: [Cause.Name] = []

    @OptionGroup(title: "Files to write") var outputs: DiffOutputs

    @Flag(help: "Fail where a differing byte is not explained, whatever is ignored.")
    var requireExplained = false

    @Option(help: "How to report: text or json.")
    var format = OutputFormat.text

    @OptionGroup var workers: WorkerOptions

    func validate() throws {
        if ignore.contains(.unexplained), requireExplained {
            throw ValidationError("--require-explained and --ignore unexplained say two things.")
        }
    }

    func run() throws {
        let locations = [before, after].map { path in
            var location = ImageLocation()
            location.image = path
            location.place = place
            return location
        }
        let images = try locations.map { try $0.open(workers: workers.count) }
        var engine = DifferenceEngine(workers: workers.count)
        for name in ignore { engine.ignored.insert(CauseSet(name)) }
        engine.culprits = CulpritLook.finder
        let difference: ImageDifference
        do throws(FileError) {
            difference = try engine.compare(images[0], images[1])
            for image in images { try image.bytes.checkIntact() }
        } catch {
            StandardStreams.complain("\(error)")
            throw ExitStatus.trouble
        }
        let report = DiffReport(
            difference, before: locations[0].path, after: locations[1].path,
            hasColours: format == .text && StandardStreams.showsColours)
        try StandardStreams.print(report, format)
        try outputs.write(report, difference)
        let isUnexplained = requireExplained && difference.unexplainedBlocks > 0
        if !difference.isSame || isUnexplained { throw ExitStatus.different }
    }
}

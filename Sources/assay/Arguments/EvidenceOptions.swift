import ArgumentParser
import Golden
import HostSystem
import ImageBytes
import Report
import SystemPackage

/// The images that two goldens are of, which explain what goldens alone cannot.
struct EvidenceOptions: ParsableArguments {
    @Option(
        help: "The image that NAME.golden.new is of: it proves what explains a change.",
        completion: .file())
    var image: String?

    @Option(
        help: "The blessed image, beside --image: every differing byte is explained.",
        completion: .file())
    var against: String?

    @OptionGroup var place: ImagePlace
    @OptionGroup var workers: WorkerOptions

    func validate() throws {
        if against != nil, image == nil { throw ValidationError("--against needs --image.") }
    }

    /// What is at hand; nil without ``image``.
    func evidence() throws -> GoldenReview.Evidence? {
        guard let image else { return nil }
        return .init(image: try open(image), blessed: try against.map { try open($0) })
    }

    private func open(_ path: String) throws -> MappedImage {
        let path = FilePath(argument: path)
        do {
            return try ImageSource(
                path: path, part: place.part, workers: workers.count,
                expansionLimit: place.expansionLimit
            ).open()
        } catch {
            StandardStreams.complain("\(EscapedName(path)): \(error)")
            throw ExitStatus.trouble
        }
    }
}

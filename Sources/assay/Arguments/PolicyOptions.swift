import ArgumentParser
import Golden
import HostSystem
import SystemPackage

/// What an image must meet beside being the blessed one.
struct PolicyOptions: ParsableArguments {
    @Option(help: "A file of rules: free-inodes, free-space, lint, waive.", completion: .file())
    var policy: String?

    @Option(help: "At least so many inodes must be free.")
    var freeInodes: UInt64?

    @Option(help: "Root must be able to write at least so much: \(ByteSize.help).")
    var freeSpace: ByteSize?

    @Option(help: "The day that waivers are held against, as 2027-01-31; today unless given.")
    var today: CalendarDay?

    /// Whether anything is asked of the image.
    var isGiven: Bool { policy != nil || freeInodes != nil || freeSpace != nil }

    /// The rules of the file and of the options together; the stricter counts.
    func rules() throws -> Policy {
        let own = Policy(freeInodes: freeInodes, freeBytes: freeSpace?.bytes)
        guard let policy else { return own }
        let path = FilePath(argument: policy)
        do {
            return try PolicyFile.load(path).merged(with: own)
        } catch let error as PolicyFile.Failure {
            StandardStreams.complain("\(EscapedName(path)): \(error)")
            throw ExitStatus.trouble
        }
    }
}

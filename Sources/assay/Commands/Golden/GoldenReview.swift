import ArgumentParser
import Golden
import HostSystem
import Report
import SystemPackage

struct GoldenReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Show what NAME.golden.new would change, by cause.",
        discussion: "Exit status: 0 nothing would change, 1 something would, 2 trouble.")

    @Argument(help: "NAME.golden.", completion: .file())
    var golden: String

    @OptionGroup(title: "What explains more") var evidence: EvidenceOptions

    @Option(help: "How to report: text or json.")
    var format = OutputFormat.text

    func run() throws {
        let path = FilePath(argument: golden)
        try GoldenLoading.store { () throws(StoreError) in try GoldenReview.requireGolden(path) }
        guard GoldenReview.isPending(path) else {
            let name = EscapedName(path)
            return try StandardStreams.print("nothing waits beside \(name)\n")
        }
        let review = try GoldenLoading.review(golden, evidence)
        try StandardStreams.print(GoldenReviewReport(review), format)
        if !review.changes.isEmpty { throw ExitStatus.different }
    }
}

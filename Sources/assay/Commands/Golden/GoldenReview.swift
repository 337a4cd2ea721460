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

    @Option(help: "How to report: text or json.")
    var format = OutputFormat.text

    func run() throws {
        guard GoldenReview.isPending(FilePath(argument: golden)) else {
            let name = EscapedName(FilePath(argument: golden))
            return try StandardStreams.print("nothing waits beside \(name)\n")
        }
        let review = try GoldenLoading.review(golden)
        try StandardStreams.print(GoldenReviewReport(review), format)
        if !review.changes.isEmpty { throw ExitStatus.different }
    }
}

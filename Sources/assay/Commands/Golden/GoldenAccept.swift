import ArgumentParser
import Golden
import Report
import SystemPackage

struct GoldenAccept: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Take NAME.golden.new, if every change in it was accepted.",
        discussion: """
            Name every cause that is wanted, or every path, or all with the reason. What follows \
            from other changes (checksum, count) needs no name; what is unexplained does. While a \
            change is left that was not accepted, nothing is taken and the exit status is 1. With \
            the images at hand less is unexplained.
            """)

    @Argument(help: "NAME.golden.", completion: .file())
    var golden: String

    @Option(help: "Accept changes of this cause. Repeatable.")
    var cause: [Cause.Name] = []

    @Option(help: "Accept changes at this path and below, escaped as shown. Repeatable.")
    var path: [String] = []

    @Flag(help: "Accept everything; needs --reason.")
    var all = false

    @Option(help: "Why, for the commit message that is proposed.")
    var reason: String?

    @Flag(help: "Accept although CI is set.")
    var allowCi = false

    @OptionGroup(title: "What explains more") var evidence: EvidenceOptions

    func validate() throws {
        if all, reason?.isEmpty ?? true { throw ValidationError("--all needs --reason.") }
        if !all, cause.isEmpty, path.isEmpty {
            throw ValidationError("Accept what? Give --cause, --path, or --all --reason TEXT.")
        }
    }

    func run() throws {
        try Environment.refuseToBless(unless: allowCi)
        let review = try GoldenLoading.review(golden, evidence)
        let acceptance = GoldenReview.Acceptance(
            causes: Set(cause), paths: path, takesAll: all)
        let left = review.unaccepted(acceptance)
        guard left.isEmpty else {
            try StandardStreams.print(GoldenReviewReport.refusal(left))
            throw ExitStatus.different
        }
        try GoldenLoading.store { () throws(StoreError) in try review.accept() }
        try StandardStreams.print(GoldenReviewReport.acceptance(review, reason: reason))
    }
}

import ArgumentParser
import Golden
import Report
import SystemPackage

struct GoldenShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a golden says.")

    @Argument(help: "NAME.golden.", completion: .file())
    var golden: String

    @Option(help: "How to report: text or json.")
    var format = OutputFormat.text

    func run() throws {
        let loaded = try GoldenLoading.load(golden)
        try StandardStreams.print(GoldenReport(loaded), format)
    }
}

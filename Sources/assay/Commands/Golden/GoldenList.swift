import ArgumentParser
import Golden
import HostSystem
import Report
import SystemPackage

struct GoldenList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the goldens of a folder: what waits, and what has no image or recipe.")

    @Argument(help: "The folder of the goldens.", completion: .directory)
    var folder = "."

    @Option(help: "A folder in which images may lie. Repeatable.", completion: .directory)
    var images: [String] = []

    @Option(help: "How to report: text or json.")
    var format = OutputFormat.text

    func run() throws {
        let listing = try GoldenLoading.store { () throws(StoreError) in
            try GoldenListing(
                of: FilePath(argument: folder), imageFolders: images.map { FilePath(argument: $0) })
        }
        try StandardStreams.print(GoldenListReport(listing), format)
    }
}

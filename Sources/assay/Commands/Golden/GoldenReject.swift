import ArgumentParser
import Golden
import HostSystem
import SystemPackage

struct GoldenReject: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Remove NAME.golden.new and leave NAME.golden as it is.")

    @Argument(help: "NAME.golden.", completion: .file())
    var golden: String

    func run() throws {
        let path = FilePath(argument: golden)
        try GoldenLoading.store { () throws(StoreError) in try GoldenReview.requireGolden(path) }
        let wasThere = try GoldenLoading.store { () throws(StoreError) in
            try GoldenReview.reject(path)
        }
        try StandardStreams.print(
            wasThere
                ? "removed what waited beside \(EscapedName(path))\n"
                : "nothing waits beside \(EscapedName(path))\n")
    }
}

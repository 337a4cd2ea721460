import ArgumentParser
import Ext4Check
import ImageBytes
import SystemPackage

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One image by itself.")
    @Argument var image: String
    func run() async throws {
        let image = try MappedImage(path: FilePath(image))
        let report = Checker(image).run()
        print(report.verdict.rawValue)
        for f in report.findings { print("\(f.severity.rawValue) \(f.kind.rawValue) \(f.place): \(f.message)") }
        for t in report.truncated { print("truncated \(t.kind.rawValue) \(t.kept) of \(t.found)") }
    }
}

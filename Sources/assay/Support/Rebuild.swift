import Golden
import HostSystem
import SystemPackage

/// Builds a recipe once more, with this very program, to see whether it gives the same bytes.
struct Rebuild {
    let recipe: FilePath
    let jobs: Int

    /// Why the image cannot be blessed.
    enum Failure: Error, CustomStringConvertible {
        case build(status: Int, message: String)
        case differs(root: SHA256Digest)

        var description: String {
            switch self {
            case .build(let status, let message):
                "building the recipe ended with status \(status): \(message)"
            case .differs(let root):
                "building the recipe again gives other bytes (root \(root)): not blessed"
            }
        }
    }

    /// Throws where the recipe does not come to the same root.
    ///
    /// - Returns: what the build says of its inputs and its layout.
    func require(_ root: SHA256Digest) async throws -> GoldenFile {
        let output = FilePath(bytes: recipe.bytes + ".rebuilt-\(root.hex.prefix(8)).img".utf8)
        let golden = GoldenPaths(FilePath(bytes: output.bytes + ".golden".utf8))
        defer { for path in [output, golden.text, golden.blocks] { GoldenStore.discard(path) } }
        let build = ChildProcess(
            "/proc/self/exe",
            bytes: ["build", "--jobs", "\(jobs)", "--force", "--allow-ci"].map { Array($0.utf8) }
                + [Array("--recipe".utf8), recipe.bytes, Array("-o".utf8), output.bytes]
                + [Array("--golden".utf8), golden.text.bytes])
        let outcome = try await build.run()
        guard outcome.status == 0 else {
            let message = String(decoding: outcome.standardError.suffix(2000), as: UTF8.self)
            throw Failure.build(status: outcome.status, message: message)
        }
        let rebuilt = try GoldenStore.load(golden.text).golden
        guard rebuilt.root == root else { throw Failure.differs(root: rebuilt.root) }
        return rebuilt
    }
}

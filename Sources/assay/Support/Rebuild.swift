import Golden
import HostSystem
import ImageBytes
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
    func require(_ root: SHA256Digest) async throws {
        let output = FilePath(recipe.string + ".rebuilt-\(root.hex.prefix(8)).img")
        defer { GoldenStore.discard(output) }
        let build = ChildProcess(
            "/proc/self/exe",
            ["build", "--recipe", recipe.string, "-o", output.string, "--jobs", "\(jobs)"])
        let outcome = try await build.run()
        guard outcome.status == 0 else {
            let message = String(decoding: outcome.standardError.suffix(2000), as: UTF8.self)
            throw Failure.build(status: outcome.status, message: message)
        }
        let image = try ImageSource(path: output, workers: jobs).open()
        let digest = try ImageDigest.compute(of: image, jobs: jobs)
        guard digest.root == root else { throw Failure.differs(root: digest.root) }
    }
}

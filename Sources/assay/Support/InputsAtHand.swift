import ArgumentParser
import Ext4Build
import Golden
import HostSystem
import SourceTree
import SystemPackage

/// The inputs that an image is said to be made from: `verify --inputs`.
enum InputsAtHand {
    /// Those of the golden that was written when the image was built.
    case golden(GoldenFile)
    /// Those of a recipe.
    case recipe(Build, jobs: Int)

    /// Reads what a person named. A recipe's sources are read later, and only if they must be.
    ///
    /// - Throws: what is wrong with the file.
    init(_ path: String, jobs: Int) throws {
        let file = FilePath(argument: path)
        if try GoldenStore.isGolden(file) {
            self = .golden(try GoldenStore.load(file).golden)
            return
        }
        let arguments = try ResponseFile.expand([
            "build", "--recipe", path, "--dry-run", "--allow-ci",
        ])
        guard let build = try Assay.parseAsRoot(arguments) as? Build else {
            preconditionFailure("these are arguments of build")
        }
        self = .recipe(build, jobs: jobs)
    }

    /// Adds the answer to what the gate says of an image that is another one.
    func answer(_ result: inout Verification) async {
        guard result.extent != nil || result.verdict == .different else { return }
        guard let known = result.goldenInputs else {
            result.inputs = InputsAnswer(known: nil, here: nil)
            return
        }
        switch self {
        case .golden(let golden):
            result.inputs =
                golden.root == result.root
                ? InputsAnswer(known: known, here: golden.inputs)
                : .unknown("the golden given with --inputs is that of another image")
        case .recipe(let build, let jobs):
            do {
                result.inputs = InputsAnswer(known: known, here: try await build.inputs(jobs: jobs))
            } catch {
                result.inputs = .unknown("\(error)")
            }
        }
    }
}

import HostSystem
import SystemPackage
import TestKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A folder to build in with the `assay` that was built beside these tests, as its users run it.
///
/// It holds an empty `out` for images and an empty `tmp` for temporary files; what is in them
/// afterwards is what a command left behind.
struct Workshop {
    let scratch: ScratchFolder

    init() async throws {
        scratch = try ScratchFolder()
        // Other users come in through the parent of theirs.
        try await Shell.run("mkdir out tmp; chmod 711 .", in: scratch.path)
    }

    var path: FilePath { scratch.path }

    /// The command, beside the test bundle; `ASSAY_BINARY` names another one.
    static let assay: String = {
        if let given = ProcessEnvironment["ASSAY_BINARY"] { return given }
        guard let bundle = realpath("/proc/self/exe", nil) else { return "assay" }
        defer { free(bundle) }
        return FilePath(platformString: bundle).removingLastComponent().appending("assay").string
    }()

    static let isRoot = geteuid() == 0
    static let asRoot = "needs root"

    /// Runs bash in this folder: `$assay` is the command, and `set -eu` and `pipefail` hold.
    ///
    /// Of our own environment the script sees `PATH` and `HOME`.
    func run(_ script: String) async throws -> Outcome {
        // A script that waits for what never comes is a failure, not a test that never ends.
        let limit = ["--kill-after=5", "300"]
        var bash = ChildProcess(
            "timeout", limit + ["bash", "-eu", "-o", "pipefail", "-c", script], in: scratch.path)
        bash.environment = [
            "PATH=" + (ProcessEnvironment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin",
            "HOME=" + (ProcessEnvironment["HOME"] ?? "/"), "TMPDIR=\(scratch["tmp"])",
            "assay=\(Self.assay)",
        ]
        let process = bash
        return Outcome(try await Turn.shared.take { try await process.run() })
    }

    /// The same, for a script that must not fail.
    @discardableResult
    func succeed(_ script: String) async throws -> String {
        let outcome = try await run(script)
        guard outcome.status == 0 else { throw Failure(script: script, outcome: outcome) }
        return outcome.output
    }

    /// What lies in `out` and `tmp`, with sizes, inode numbers and times.
    func leftovers() async throws -> String {
        try await succeed("find out tmp -mindepth 1 -printf '%p %y %s %i %T@\\n' | LC_ALL=C sort")
    }

    /// The SHA-256 of a file.
    func digest(_ file: String) async throws -> String {
        String(try await succeed("sha256sum -- '\(file)'").prefix(64))
    }

    struct Failure: Error, CustomStringConvertible {
        let script: String
        let outcome: Outcome

        var description: String { "\(outcome) from:\n\(script)" }
    }
}

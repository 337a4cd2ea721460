internal import HostSystem
internal import SystemPackage

/// Runs the commands of `--populate`, which lay files out for an image in a folder of their own.
///
/// bash runs them as nixpkgs' stdenv runs `populateImageCommands`: under `set -eu -o pipefail` and
/// `inherit_errexit`, in a new folder that holds an empty `files`. What the commands see is always the
/// same: `umask 022`, no standard input, and of the environment PATH and TMPDIR as they are (programs
/// must be found, temporary files must fit somewhere), `HOME=/homeless-shelter`, `LC_ALL=C`, `TZ=UTC`
/// and `SOURCE_DATE_EPOCH`. Nothing else is handed on.
public enum Populate {
    /// Runs `commands` and waits for their end.
    ///
    /// - Parameters:
    ///   - commands: a text for bash, which need not be UTF-8.
    ///   - epoch: the value of `SOURCE_DATE_EPOCH`, in seconds since 1970.
    /// - Returns: the folder that the commands were run in: survey its ``ScratchTree/files``, build,
    ///   and let it go.
    /// - Throws: ``SourceError/populate(status:output:)`` with the end of what the commands printed,
    ///   where they fail or leave no folder `files`; ``SourceError/file(_:)`` where there is no room.
    public static func run(
        commands: [UInt8], epoch: Int64
    ) async throws(SourceError) -> ScratchTree {
        let scratch = try ScratchTree.make()
        try scratch.write(commands, to: "commands")
        // The file is sourced, so that the line numbers in bash's messages are those of the user.
        let prelude = """
            umask 022; echo $$ > "${0%/*}/group"; exec > "${0%/*}/output" 2>&1
            set -eu -o pipefail; shopt -s inherit_errexit
            . "$0"
            """
        let arguments = ["--noprofile", "--norc", "-c", prelude].map { Array($0.utf8) }
        let script = scratch.path.appending("commands").bytes
        var bash = ChildProcess("bash", bytes: arguments + [script], in: scratch.work)
        bash.environment = environment(epoch: epoch)
        bash.leadsGroup = true
        // What the commands left running would go on writing while the folder is surveyed.
        defer { scratch.endCommands() }
        let outcome: ChildProcess.Outcome
        do throws(ChildProcess.StartError) {
            outcome = try await bash.run()
        } catch {
            throw .populate(status: 127, output: "--populate needs bash: \(error)")
        }
        guard outcome.status == 0 else {
            var output = ProcessOutput.printable(scratch.output() + outcome.standardError)
            // What the commands had to say about it found no room either.
            if scratch.isDiskFull { output += (output.isEmpty ? "" : "\n") + Self.diskFull }
            throw .populate(status: outcome.status, output: output)
        }
        guard scratch.hasFiles else {
            throw .populate(status: 0, output: ProcessOutput.printable(scratch.output()))
        }
        return scratch
    }

    private static var diskFull: String {
        let folder = EscapedName(FilePath(ProcessEnvironment.temporaryFolder))
        return "(the disk of \(folder), where they ran, is full: let TMPDIR name a larger one)"
    }

    private static func environment(epoch: Int64) -> [String] {
        [
            "HOME=/homeless-shelter", "LC_ALL=C",
            "PATH=\(ProcessEnvironment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")",
            "SOURCE_DATE_EPOCH=\(epoch)", "TMPDIR=\(ProcessEnvironment.temporaryFolder)", "TZ=UTC",
        ]
    }
}

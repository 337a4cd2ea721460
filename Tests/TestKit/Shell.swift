public import HostSystem
public import SystemPackage

/// Runs bash commands in tests: `set -eu` unless told otherwise, output as text.
public struct Shell: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let command: String
        public let outcome: ChildProcess.Outcome

        public var description: String {
            """
            status \(outcome.status) from: \(command)
            \(String(decoding: outcome.standardOutput.suffix(2000), as: UTF8.self))
            \(String(decoding: outcome.standardError.suffix(2000), as: UTF8.self))
            """
        }
    }

    /// Runs `command` and returns its standard output; throws where its status is not 0.
    @discardableResult
    public static func run(_ command: String, in folder: FilePath? = nil) async throws -> String {
        let outcome = try await attempt(command, in: folder)
        guard outcome.status == 0 else { throw Failure(command: command, outcome: outcome) }
        return String(decoding: outcome.standardOutput, as: UTF8.self)
    }

    /// Runs `command` and returns whatever came of it.
    public static func attempt(
        _ command: String, in folder: FilePath? = nil
    ) async throws -> ChildProcess.Outcome {
        try await Turn.shared.take {
            try await ChildProcess("bash", ["-euc", command], in: folder).run()
        }
    }

    /// Puts `bytes` into a file, whatever its name is.
    public static func write(_ bytes: [UInt8], to file: FilePath) async throws {
        let command = ["-euc", "cat > \"$1\"", "bash"].map { Array($0.utf8) } + [file.bytes]
        let outcome = try await Turn.shared.take {
            try await ChildProcess("bash", bytes: command).run(input: bytes)
        }
        guard outcome.status == 0 else { throw Failure(command: "write", outcome: outcome) }
    }
}

internal import Subprocess
public import SystemPackage

/// Runs another program to its end and keeps what it said.
public struct ChildProcess: Sendable {
    /// What a program left behind.
    public struct Outcome: Sendable {
        /// The exit status, or 128 plus the signal that ended it, as a shell counts.
        public let status: Int
        public let standardOutput: [UInt8]
        public let standardError: [UInt8]
    }

    /// Why a program could not be run at all.
    public struct StartError: Error, Equatable, Sendable, CustomStringConvertible {
        public let program: String
        public let reason: String

        public var description: String { "cannot run \(program): \(reason)" }
    }

    /// A name to look up in `PATH`, or a path with a slash.
    public var program: String
    public var arguments: [[UInt8]]
    public var workingDirectory: FilePath?
    /// The whole environment as `NAME=value`; nil hands on our own.
    public var environment: [String]?
    /// Variables of our own environment that are not handed on.
    public var withheldVariables: [String] = []
    /// Whether it and what it starts are a process group of their own, which Ctrl-C does not reach.
    public var leadsGroup = false
    /// Output beyond this many bytes is an error, so that no program can fill our memory.
    public var outputLimit = 1 << 30

    public init(_ program: String, _ arguments: [String], in workingDirectory: FilePath? = nil) {
        self.init(program, bytes: arguments.map { Array($0.utf8) }, in: workingDirectory)
    }

    /// The same for arguments that are file names, which need not be UTF-8.
    public init(_ program: String, bytes arguments: [[UInt8]], in workingDirectory: FilePath? = nil)
    {
        self.program = program
        self.arguments = arguments
        self.workingDirectory = workingDirectory
    }

    /// Runs the program with `input` on its standard input.
    public func run(input: [UInt8] = []) async throws(StartError) -> Outcome {
        let executable: Executable =
            program.contains("/") ? .path(FilePath(program)) : .name(program)
        var options = PlatformOptions()
        if leadsGroup { options.processGroupID = 0 }
        do {
            let result = try await Subprocess.run(
                executable, arguments: Arguments(arguments.map(Self.terminated)),
                environment: variables(), workingDirectory: workingDirectory,
                platformOptions: options, input: .array(input),
                output: .bytes(limit: outputLimit), error: .bytes(limit: outputLimit))
            return Outcome(
                status: Self.shellStatus(result.terminationStatus),
                standardOutput: result.standardOutput, standardError: result.standardError)
        } catch {
            throw StartError(program: program, reason: "\(error)")
        }
    }

    private func variables() -> Environment {
        if let environment { return .custom(environment.map { Self.terminated($0.utf8) }) }
        let keys = withheldVariables.compactMap(Environment.Key.init(rawValue:))
        return .inherit.updating(Dictionary(keys.map { ($0, nil) }) { first, _ in first })
    }

    /// Subprocess hands raw bytes to `strdup` as they are, so the zero at the end must be there.
    private static func terminated(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Array(bytes) + [0]
    }

    private static func shellStatus(_ status: TerminationStatus) -> Int {
        switch status {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }
}

internal import HostSystem

extension Closure {
    /// Asks Nix for everything that the given paths need, and for its registration.
    ///
    /// Runs `nix-store --query --requisites` and `nix-store --dump-db`.
    ///
    /// - Parameters:
    ///   - given: store paths, or links to them such as ./result, as bytes.
    ///   - store: the store to ask.
    /// - Returns: the closure; an empty one for no paths.
    /// - Throws: ``SourceError/closure(_:)`` where Nix is not installed, or does not know a path.
    public static func query(
        _ given: [[UInt8]], store: NixStore = .current
    ) async throws(SourceError) -> Closure {
        let arguments = given.map(asOperand)
        let list = try await runNixStore(["--query", "--requisites"], arguments, store)
        let output = EscapedName("the output of nix-store --query --requisites".utf8)
        let paths = try StorePath.parseList(list, file: output, store: store.directory)

        let members = Set(paths).sorted().map(\.bytes)
        let dump = try await runNixStore(["--dump-db"], members, store)
        let registration = try Registration(
            parsing: dump, file: EscapedName("the output of nix-store --dump-db".utf8),
            store: store.directory)
        return try Closure(paths: paths, registration: registration, store: store)
    }

    /// The system takes 2 MiB of arguments, with the environment; a store path has 256 bytes at most.
    private static let operandsPerRun = 2_000

    /// A file name that begins with a dash would pass for an option.
    static func asOperand(_ path: [UInt8]) -> [UInt8] {
        path.first == UInt8(ascii: "-") ? Array("./".utf8) + path : path
    }

    /// Runs `nix-store` with as many operands at a time as fit, and joins what it prints.
    private static func runNixStore(
        _ options: [String], _ operands: [[UInt8]], _ store: NixStore
    ) async throws(SourceError) -> [UInt8] {
        var output: [UInt8] = []
        let options = (store.address.map { ["--store", $0] } ?? []) + options
        for start in stride(from: 0, to: operands.count, by: operandsPerRun) {
            let some = operands[start..<min(start + operandsPerRun, operands.count)]
            var process = ChildProcess(
                "nix-store", bytes: options.map { Array($0.utf8) } + some)
            process.environment = store.environment
            if store.address != nil { process.withheldVariables = NixStore.variableNames }
            output += try await run(process, options)
        }
        return output
    }

    private static func run(
        _ process: ChildProcess, _ options: [String]
    ) async throws(SourceError) -> [UInt8] {
        let command = (["nix-store"] + options).joined(separator: " ")
        let outcome: ChildProcess.Outcome
        do throws(ChildProcess.StartError) {
            outcome = try await process.run()
        } catch {
            throw .closure(
                "cannot run \(command). Install Nix (Debian: apt-get install nix-bin), or give the "
                    + "closure with --closure-info DIR, which needs no Nix (\(error.reason))")
        }
        guard outcome.status == 0 else {
            throw .closure(
                "\(command) failed with status \(outcome.status):\n"
                    + ProcessOutput.printable(outcome.standardError))
        }
        return outcome.standardOutput
    }
}

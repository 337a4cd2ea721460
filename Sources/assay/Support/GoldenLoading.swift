import ArgumentParser
import Golden
import HostSystem
import SystemPackage

/// Reads goldens for commands: what goes wrong is said, and ends the command with status 2.
enum GoldenLoading {
    static func load(_ path: String) throws -> GoldenStore.Loaded {
        try store { () throws(StoreError) in try GoldenStore.load(FilePath(argument: path)) }
    }

    static func review(_ path: String, _ options: EvidenceOptions) throws -> GoldenReview {
        let evidence = try options.evidence()
        return try store { () throws(StoreError) in
            try GoldenReview(
                FilePath(argument: path), evidence: evidence, jobs: options.workers.count)
        }
    }

    /// Runs a body that reads or writes goldens.
    static func store<Result>(_ body: () throws(StoreError) -> Result) throws -> Result {
        do throws(StoreError) { return try body() } catch {
            StandardStreams.complain("\(error)")
            throw ExitStatus.trouble
        }
    }
}

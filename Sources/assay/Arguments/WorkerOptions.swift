import ArgumentParser
import HostSystem

/// How many threads work, for every command the same. No result depends on it.
struct WorkerOptions: ParsableArguments {
    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: "Threads to work with; without it one for each processor.")
    private var jobs: Int?

    /// The number of threads.
    var count: Int { jobs ?? min(1_024, ThreadTeam.processorCount) }

    func validate() throws {
        guard (1...1_024).contains(count) else {
            throw ValidationError("--jobs is not 1 to 1,024.")
        }
    }
}

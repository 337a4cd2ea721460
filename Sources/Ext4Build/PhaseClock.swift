/// Tells whoever watches which phase a build is in, and how long each one took.
final class PhaseClock {
    let progress: BuildProgress
    /// In the order in which they first ran; a phase that ran twice has the sum.
    private(set) var phases: [(phase: BuildProgress.Phase, duration: Duration)] = []

    init(_ progress: BuildProgress) { self.progress = progress }

    func run<Result>(
        _ phase: BuildProgress.Phase, totalBytes: UInt64 = 0, totalFiles: Int = 0,
        _ body: () throws(BuildError) -> Result
    ) throws(BuildError) -> Result {
        progress.begin(phase, totalBytes: totalBytes, totalFiles: totalFiles)
        let start = ContinuousClock.now
        defer { note(phase, since: start) }
        return try body()
    }

    /// The same for work that waits for other programs.
    func run<Result>(
        _ phase: BuildProgress.Phase, waitingFor body: () async throws(BuildError) -> Result
    ) async throws(BuildError) -> Result {
        progress.begin(phase)
        let start = ContinuousClock.now
        defer { note(phase, since: start) }
        return try await body()
    }

    private func note(_ phase: BuildProgress.Phase, since start: ContinuousClock.Instant) {
        let duration = ContinuousClock.now - start
        if let index = phases.firstIndex(where: { $0.phase == phase }) {
            phases[index].duration += duration
        } else {
            phases.append((phase, duration))
        }
    }
}

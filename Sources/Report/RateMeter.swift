internal import Ext4Build
internal import Synchronization

/// Turns counts into a line: phase, bar, bytes and files, rate, time left.
final class RateMeter: Sendable {
    private static let barWidth = 12

    private struct State {
        var phase: BuildProgress.Phase?
        var phaseStart = Duration.zero
        var hasShown = false
    }
    private let state = Mutex(State())

    /// Whether any line was made.
    var hasShown: Bool { state.withLock { $0.hasShown } }

    /// To be asked for from the build's start on: a phase begins when it is first seen.
    ///
    /// - Parameters:
    ///   - progress: how far the build is.
    ///   - elapsed: the time since it began.
    /// - Returns: the line, without an end; nil in the first second.
    func line(_ progress: BuildProgress, at elapsed: Duration) -> String? {
        let phase = progress.phase
        let isShown = elapsed > .seconds(1)
        let start = state.withLock { state in
            if state.phase != phase {
                state.phase = phase
                state.phaseStart = elapsed
            }
            if isShown { state.hasShown = true }
            return state.phaseStart
        }
        guard isShown else { return nil }
        let seconds = (elapsed - start) / .seconds(1)
        let total = progress.totalBytes
        guard total > 0 else { return "\(phase)…\(Self.names(progress.doneFiles, seconds))" }
        let done = min(progress.doneBytes, total)
        let filled = Int(UInt64(Self.barWidth).multipliedFullWidth(by: done).low / total)
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.barWidth - filled)
        var line = "\(phase) [\(bar)] \(Format.bytes(done)) of \(Format.bytes(total))"
        if progress.totalFiles > 0 {
            line +=
                ", \(Format.count(progress.doneFiles))/\(Format.count(progress.totalFiles)) files"
        }
        guard seconds >= 1, done > 0 else { return line }
        let rate = Double(done) / seconds
        let left = Int(Double(total - done) / rate)
        return line + ", \(Format.bytes(UInt64(rate)))/s, \(left) s left"
    }

    /// How many names were found, where nobody knows how many there are.
    private static func names(_ count: Int, _ seconds: Double) -> String {
        guard count > 0 else { return "" }
        let rate = seconds >= 1 ? ", \(Format.count(Int(Double(count) / seconds)))/s" : ""
        return " \(Format.count(count)) names\(rate)"
    }
}

import Ext4Check
import HostSystem
import SystemPackage
import TestKit

/// The machine's own e2fsck, asked the way the verdicts of the corpus were made: any line that names
/// a problem means that the file system is not valid, whatever the exit status is.
enum Fsck {
    /// What it says.
    struct Opinion {
        /// The first line that names a problem; nil where there is none.
        let problem: String?
        /// It did not end in time, or wrote more than anybody reads.
        let isEndless: Bool

        var isClean: Bool { problem == nil && !isEndless }
    }

    /// Seconds of processor time until it is given up on: it never ends on some broken images.
    private static let patience = 15
    /// The time that both sides are told, in seconds since 1970.
    static let clock: UInt64 = 2_000_000_000
    /// Bytes of output that are read.
    private static let outputLimit = 1 << 20

    /// Asks about an image.
    static func opinion(_ image: FilePath) async throws -> Opinion {
        let outcome = try await Shell.attempt(
            "set +e; ulimit -t \(patience); { E2FSCK_TIME=\(clock) timeout 240 e2fsck -fn '\(image)' 2>&1 </dev/null; "
                + "echo \"status $?\"; } | head -c \(outputLimit)")
        let text = String(decoding: outcome.standardOutput, as: UTF8.self)
        let lines = text.split(separator: "\n").map(String.init)
        let problem = lines.first { !isHarmless($0, image) }
        // Out of time, or out of processor time, which is a signal: SIGXCPU, then SIGKILL.
        let endless = ["status 124", "status 152", "status 137"]
        return Opinion(
            problem: problem,
            isEndless: !(lines.last?.hasPrefix("status ") ?? false)
                || endless.contains(lines.last ?? ""))
    }

    /// Headings, the summary, and offers that leave the file system as valid as it was; and how long
    /// it would wait, had it to, for another machine to let go of the file system.
    private static func isHarmless(_ line: String, _ image: FilePath) -> Bool {
        line.hasPrefix("e2fsck 1.") || line.hasPrefix("Pass ") || line.hasPrefix("status ")
            || line.hasPrefix("Warning: skipping journal recovery")
            || line.hasPrefix("MMP interval is ")
            || line.contains("Optimize? no") || line.contains("files (")
    }
}

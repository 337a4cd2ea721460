internal import HostSystem
public import ImageBytes
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Asks the machine's own e2fsck about an image, and says where it disagrees.
///
/// It never ends on some broken images and writes without end on others, so both are bounded.
public struct InstalledFsck: Sendable {
    /// Seconds until it is given up on.
    public var patience = 300
    /// Bytes of what it writes that are read.
    public var outputLimit = 1 << 20

    private let image: MappedImage

    /// - Parameter image: the image; expanded and cut out of its disk already.
    public init(_ image: MappedImage) { self.image = image }

    /// What it said.
    private enum Opinion {
        case clean
        case dirty(String)
        case none(String)
    }

    /// Compares its verdict with ours.
    ///
    /// - Parameter verdict: ours.
    /// - Returns: a finding where it disagrees, or could not be asked.
    public func findings(beside verdict: CheckVerdict) async -> [CheckFinding] {
        switch await ask() {
        case .clean where verdict == .clean: return []
        case .dirty where verdict != .clean: return []
        case .clean:
            return [
                CheckFinding(
                    .fsckDisagrees, at: .fileSystem,
                    "e2fsck finds no problem where this check finds \(verdict.rawValue)")
            ]
        case .dirty(let line):
            return [
                CheckFinding(
                    .fsckDisagrees, at: .fileSystem,
                    "e2fsck says: \(EscapedName(Array(line.utf8)))")
            ]
        case .none(let reason):
            return [CheckFinding(.fsckUnavailable, at: .fileSystem, reason)]
        }
    }

    private func ask() async -> Opinion {
        // The PATH of most users leaves out the folders that e2fsck is in.
        // The shell counts time and bytes; the path comes as an argument, never as part of the text.
        let script = """
            set +e
            PATH="$PATH:/usr/sbin:/sbin"
            { timeout \(patience) e2fsck -fn "$1" 2>&1 </dev/null; echo "status $?"; } \
            | head -c \(outputLimit)
            """
        // The open file, since what was expanded has no name; libext2fs takes an offset behind `?`.
        let file = "/proc/\(getpid())/fd/\(image.file.rawValue)"
        let part = image.fileOffset > 0 ? "?offset=\(image.fileOffset)" : ""
        var process = ChildProcess("sh", ["-c", script, "sh", file + part])
        process.outputLimit = outputLimit + 4096
        do throws(ChildProcess.StartError) {
            return judge(try await process.run().standardOutput)
        } catch {
            return .none("e2fsck could not be asked: \(error)")
        }
    }

    private func judge(_ output: [UInt8]) -> Opinion {
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        guard let last = lines.last, last.hasPrefix("status ") else {
            return .none("e2fsck wrote more than \(outputLimit) bytes")
        }
        let status = Int(last.dropFirst("status ".count)) ?? 255
        let problem = lines.dropLast().first { !isHarmless($0) }.map(String.init)
        if let failure = failure(status, problem) { return .none(failure) }
        return problem.map(Opinion.dirty) ?? .clean
    }

    /// What kept e2fsck from judging, by its exit status and the first thing that it said; nil where
    /// it did judge: the bits 1, 2 and 4 say that there are errors, mended or not.
    private func failure(_ status: Int, _ words: String?) -> String? {
        switch status {
        case 0..<8: return nil
        case 124: return "e2fsck did not end in \(patience) seconds"
        case 127: return "e2fsck is not installed"
        case 129...192: return "e2fsck was ended by signal \(status - 128)"
        default:
            let words = words.map { ": \(EscapedName(Array($0.utf8)))" } ?? ""
            return "e2fsck failed with status \(status)\(words)"
        }
    }

    /// Headings, the summary, and offers that leave the file system as valid as it was; and how long
    /// it would wait for another machine to let go of the file system.
    private func isHarmless(_ line: Substring) -> Bool {
        line.hasPrefix("e2fsck 1.") || line.hasPrefix("Pass ")
            || line.hasPrefix("Warning: skipping journal recovery")
            || line.hasPrefix("MMP interval is ")
            || line.contains("Optimize? no")
            || (line.contains(" files (") && line.contains(" blocks"))
    }
}

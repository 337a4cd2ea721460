public import HostSystem
internal import SystemPackage

/// Why no tree could be made of the sources that were given.
///
/// Every case names the path and the reason; the advice is for the person who reads it in a log.
public enum SourceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system refused: a source that does not exist, cannot be read, vanished.
    case file(FileError)
    /// A file had another size, kind or content when it was read than when it was listed.
    case changed(path: EscapedName, what: String)
    /// Two sources want the same path, and one of the two is a folder.
    case conflict(path: EscapedName, first: String, second: String)
    /// The source holds something that ext4 cannot.
    case unsupported(path: EscapedName, reason: String)
    /// A text input (mtree, registration, recipe) with a line that cannot be read.
    case malformed(file: EscapedName, line: Int, reason: String)
    /// The Nix closure is not what its registration says, or cannot be had.
    case closure(String)
    /// The commands of `--populate` failed, or left no folder behind where the status is 0; `output` is
    /// the end of what they printed.
    case populate(status: Int, output: String)

    public var description: String {
        switch self {
        case .file(let error): "\(error)" + (Self.advice(error.errno).map { ". \($0)" } ?? "")
        case .changed(let path, let what):
            "\(path) changed while it was read: \(what). Build from a source that nothing writes to"
        case .conflict(let path, let first, let second):
            "two sources are in conflict at \(path): \(first), but \(second). "
                + "Remove one, or make both folders"
        case .unsupported(let path, let reason): "\(path): \(reason)"
        case .malformed(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .closure(let reason): reason
        case .populate(let status, let output):
            (status == 0
                ? "the --populate commands left no folder ./files behind"
                : "the --populate commands ended with status \(status)")
                + (output.isEmpty ? "" : "; they printed:\n\(output)")
        }
    }

    /// What helps against the commonest reasons why a source cannot be read.
    private static func advice(_ reason: Errno) -> String? {
        switch reason {
        case .noSuchFileOrDirectory, .tooManySymbolicLinkLevels:
            "Check the path; if it was there a moment ago, build from a source that nothing writes to"
        case .permissionDenied, .notPermitted: "Build as a user who may read it"
        case .notDirectory: "Name a folder"
        case .tooManyOpenFiles: "Allow more open files (ulimit -n), or ask for fewer --jobs"
        default: nil
        }
    }
}

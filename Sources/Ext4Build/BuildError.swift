public import HostSystem
public import SourceTree
internal import SystemPackage

/// Why a build came to nothing. No output file is left behind then.
public enum BuildError: Error, Equatable, Sendable, CustomStringConvertible {
    case source(SourceError)
    case plan(PlanError)
    /// libext2fs failed at something that is neither the disk's nor the source's fault.
    case library(Ext2Error)
    /// There is something at the output's path that an image must not replace.
    case unfitOutput(path: EscapedName, reason: String)
    /// The output could not be written.
    case output(FileError)
    /// The disk that the image is written to is full; `missing` is how many bytes the build still
    /// needs there, 0 where that is not known.
    case diskFull(folder: EscapedName, missing: UInt64)
    /// The same while the image that is to be compressed was written; how much the compressed image
    /// needs beside it is not known yet.
    case diskFullBeforeCompression(folder: EscapedName, missing: UInt64)
    /// The compressor refused.
    case compression(String)
    /// The image could be made, its golden could not.
    case golden(String)
    /// The disk that the golden is written to is full; `needed` is how many bytes its files have.
    case goldenDiskFull(folder: EscapedName, needed: UInt64)
    /// The finished image did not pass the check.
    case rejected(String)

    public var description: String {
        switch self {
        case .source(let error): "\(error)"
        case .plan(let error): "\(error)"
        case .library(let error): "\(error)"
        case .unfitOutput(let path, let reason):
            "cannot write the image to \(path), which \(reason)"
        case .output(let error): "\(error)" + (Self.advice(error.errno).map { ". \($0)" } ?? "")
        case .diskFull(let folder, let missing):
            "the build disk is full: \(folder) needs \(Self.amount(missing)) more. \(Self.whichDisk)"
        case .diskFullBeforeCompression(let folder, let missing):
            "the build disk is full: \(folder) needs \(Self.amount(missing)) more for the image, and "
                + "room for its compressed form beside it. \(Self.whichDisk)"
        case .compression(let reason): "cannot compress the image: \(reason)"
        case .golden(let reason): "cannot write the golden: \(reason)"
        case .goldenDiskFull(let folder, let needed):
            "cannot write the golden: the disk of \(folder) is full, and the golden's two files have "
                + "\(needed) bytes. Make room there, or give the golden another place; the image was "
                + "not written either"
        case .rejected(let finding):
            "the finished image did not pass its check and was thrown away; please report this:\n"
                + finding
        }
    }

    /// What helps against the commonest reasons why an output cannot be written.
    private static func advice(_ reason: Errno) -> String? {
        switch reason {
        case .noSuchFileOrDirectory: "Make the folder first"
        case .notDirectory: "Name a folder that there is"
        case .permissionDenied, .notPermitted, .readOnlyFileSystem:
            "Choose a folder that you may write to"
        case .fileTooLarge:
            "Allow larger files (ulimit -f), or choose a disk that can hold one"
        default: nil
        }
    }

    private static func amount(_ missing: UInt64) -> String {
        missing == 0 ? "an unknown number of bytes" : "\(missing) bytes"
    }

    /// Users take a full build disk for a file system that was made too small.
    private static let whichDisk =
        "This is the disk that the image is written to; the image itself is large enough"
}

public import HostSystem
public import SourceTree

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
    /// The disk that the image is written to is full; `missing` is what the build still needs.
    case diskFull(folder: EscapedName, missing: UInt64)
    /// The compressor refused.
    case compression(String)
    /// The finished image did not pass the check.
    case rejected(String)

    public var description: String {
        switch self {
        case .source(let error): "\(error)"
        case .plan(let error): "\(error)"
        case .library(let error): "\(error)"
        case .unfitOutput(let path, let reason):
            "cannot write the image to \(path), which \(reason)"
        case .output(let error): "\(error)"
        case .diskFull(let folder, let missing):
            "the build disk is full: \(folder) needs \(missing) bytes more. This is the disk that the "
                + "image is written to; the image itself is large enough"
        case .compression(let reason): "cannot compress the image: \(reason)"
        case .rejected(let finding):
            "the finished image did not pass its check and was thrown away; please report this:\n"
                + finding
        }
    }
}

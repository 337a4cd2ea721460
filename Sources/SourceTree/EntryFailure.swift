internal import HostSystem
internal import SystemPackage

/// Why an entry of a folder cannot be taken. Its path is made only if there is one: by whoever knows
/// which folder it was.
struct EntryFailure: Error {
    enum Reason {
        /// The system refused an operation, such as "read".
        case system(operation: String, Errno)
        case unsupported(String)
    }

    let name: [UInt8]
    let reason: Reason

    func located(in folder: FilePath) -> SourceError {
        let path = FilePath(bytes: folder.bytes + [UInt8(ascii: "/")] + name)
        return switch reason {
        case .system(let operation, let errno): .file(FileError(operation, path, errno))
        case .unsupported(let reason): .unsupported(path: EscapedName(path), reason: reason)
        }
    }
}

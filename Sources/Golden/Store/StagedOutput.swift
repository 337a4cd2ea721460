import HostSystem
import SystemPackage

/// Bytes on their way to a path: all but named where it is a file, not begun where it is a stream.
enum StagedOutput {
    case file(FreshFile)
    /// What our standard output or error goes to.
    case stream(FileDescriptor, [UInt8], FilePath)
    /// A pipe or a device.
    case special([UInt8], FilePath)

    /// The path of a file; nil for a stream.
    var path: FilePath? {
        if case .file(let file) = self { return file.path }
        return nil
    }

    /// The path of a file where nothing has its name yet.
    var absentPath: FilePath? { path.flatMap { $0.isTaken ? nil : $0 } }

    /// Hands the bytes over.
    ///
    /// - Parameter replaces: whether a file may be in the way.
    /// - Throws: ``StoreError/exists`` where one is and may not.
    func commit(replaces: Bool = true) throws(StoreError) {
        do throws(FileError) {
            switch self {
            case .file(let file) where replaces: try file.commit()
            case .file(let file):
                if try file.commitIfFree() { return }
            case .stream(let descriptor, let bytes, let path):
                _ = try FileError.wrap("write", path) { try descriptor.writeAll(bytes) }
            case .special(let bytes, let path):
                let file = try FileError.wrap("write to", path) {
                    try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec])
                }
                defer { try? file.close() }
                _ = try FileError.wrap("write", path) { try file.writeAll(bytes) }
            }
        } catch { throw .file(error) }
        if case .file(let file) = self, !replaces { throw .exists(file.path) }
    }
}

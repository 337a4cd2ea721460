import HostSystem
public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension GoldenStore {
    /// Writes a file whole: beside its final name, synced, and renamed into place.
    ///
    /// A link is followed, as everything that writes to a file does. Only a regular file is ever
    /// replaced: a pipe, a device or what our own output goes to is written to.
    /// - Throws: ``StoreError`` with the path that was given.
    public static func writeFile(_ bytes: [UInt8], to path: FilePath) throws(StoreError) {
        try stage(bytes, for: path).commit()
    }

    /// Does all of ``writeFile(_:to:)`` that can fail for want of room, and leaves the naming.
    static func stage(_ bytes: [UInt8], for path: FilePath) throws(StoreError) -> StagedOutput {
        try stage(for: path) { write throws(FileError) in try write(bytes) }
    }

    /// The same of a file that need not be in memory as a whole, where it becomes a file.
    static func stage(_ blocks: BlocksFile, for path: FilePath) throws(StoreError) -> StagedOutput {
        try stage(for: path) { write throws(FileError) in try blocks.forEachPiece(write) }
    }

    private static func stage(
        for path: FilePath,
        pieces: (_ write: (_ piece: [UInt8]) throws(FileError) -> Void) throws(FileError) -> Void
    ) throws(StoreError) -> StagedOutput {
        do throws(FileError) {
            let target = try target(of: path)
            if case .replaced(let place) = target {
                let file: FreshFile
                do { file = try FreshFile(place) } catch {
                    throw FileError("create", place, error.errno)
                }
                try pieces { piece throws(FileError) in
                    _ = try FileError.wrap("write", place) { try file.descriptor.writeAll(piece) }
                }
                try file.sync()
                return .file(file)
            }
            var bytes: [UInt8] = []
            try pieces { bytes += $0 }
            if case .stream(let descriptor) = target { return .stream(descriptor, bytes, path) }
            return .special(bytes, path)
        } catch { throw .file(error) }
    }

    /// Writes a report, but not in the place of an image or a golden: a slip of the hand in a command
    /// line must not cost what the command reads.
    ///
    /// - Throws: ``StoreError`` with the path that was given.
    public static func writeReport(_ bytes: [UInt8], to path: FilePath) throws(StoreError) {
        let isReplaced: Bool
        do throws(FileError) {
            if case .replaced = try target(of: path) {
                isReplaced = path.isTaken
            } else {
                isReplaced = false
            }
        } catch { throw .file(error) }
        if isReplaced {
            let old = LookAlikes.of(try start(of: path, byteCount: LookAlikes.byteCount))
            if [.golden, .blocks, .ext4, .zstd, .disk].contains(old) {
                throw .precious(path, old)
            }
        }
        try writeFile(bytes, to: path)
    }

    /// What stands at a path that is to be written.
    private enum Target {
        /// A regular file, or nothing yet.
        case replaced(FilePath)
        /// What our standard output or error goes to. Another file in its place would take it away.
        case stream(FileDescriptor)
        /// A pipe or a device.
        case special
    }

    private static func target(of path: FilePath) throws(FileError) -> Target {
        var status = stat()
        guard unsafe path.withPlatformString({ unsafe lstat($0, &status) }) == 0 else {
            return .replaced(path)
        }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        if isLink, unsafe path.withPlatformString({ unsafe stat($0, &status) }) != 0 {
            throw FileError("follow the link", path, Errno(rawValue: errno))
        }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError("write to", path, .isDirectory) }
        for descriptor in [FileDescriptor.standardOutput, .standardError] {
            var own = stat()
            if unsafe fstat(descriptor.rawValue, &own) == 0, own.st_dev == status.st_dev,
                own.st_ino == status.st_ino
            {
                return .stream(descriptor)
            }
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return .special }
        guard isLink else { return .replaced(path) }
        do { return .replaced(try path.withoutLinks()) } catch {
            throw FileError("follow the link", path, error)
        }
    }

    /// Puts a file of ours in the place of another; a link there is followed.
    static func move(_ file: FilePath, onto path: FilePath) throws(StoreError) {
        do throws(FileError) {
            guard case .replaced(let resolved) = try target(of: path) else {
                throw FileError("replace", path, .fileExists)
            }
            if resolved == path { return try rename(file, path) }
        } catch { throw .file(error) }
        // What the link leads to may lie on another file system, where no name can be moved to.
        try writeFile(try read(file, limit: blocksByteLimit), to: path)
        remove(file)
    }
}

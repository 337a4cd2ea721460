internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension OutputFile {
    /// The file that an image named `path` replaces, or the new one that it becomes.
    ///
    /// A link is followed, as everything that writes to a file does: replacing /dev/stdout would
    /// spoil the machine. For the same reason only a regular file is ever replaced.
    static func destination(of path: FilePath) throws(BuildError) -> FilePath {
        var status = stat()
        guard unsafe path.withPlatformString({ unsafe lstat($0, &status) }) == 0 else {
            return path
        }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        if isLink, unsafe path.withPlatformString({ unsafe stat($0, &status) }) != 0 {
            throw .unfitOutput(
                path: EscapedName(path), reason: "is a link that leads nowhere. Remove it")
        }
        if let reason = reason(against: status.st_mode & S_IFMT) {
            throw .unfitOutput(path: EscapedName(path), reason: reason)
        }
        guard isLink else { return path }
        do { return try path.withoutLinks() } catch {
            throw .output(FileError("follow the link", path, error))
        }
    }

    /// Whether two names are of one file, or would be.
    static func areOne(_ one: FilePath, _ other: FilePath) -> Bool {
        let resolved = resolved(one)
        return resolved != nil && resolved == Self.resolved(other)
    }

    /// A path without links; nil where its folder does not exist.
    private static func resolved(_ path: FilePath) -> FilePath? {
        if let real = try? path.withoutLinks() { return real }
        guard let name = path.lastComponent else { return nil }
        return try? path.folder.withoutLinks().appending(name)
    }

    /// Why something of this kind is not replaced by an image; nil for a regular file.
    private static func reason(against kind: mode_t) -> String? {
        switch kind {
        case S_IFREG: nil
        case S_IFDIR: "is a folder. Name a file in it"
        case S_IFBLK, S_IFCHR: "is a device. Build a file, and copy it to the device with dd"
        default: "is neither a file nor a new name. Build a file, and pass that on"
        }
    }
}

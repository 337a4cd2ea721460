internal import HostSystem
public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A folder for files that exist only while an image is built.
///
/// It is removed when the last reference to it goes, or when this process ends in whatever way, even
/// by SIGKILL: see ``LeftoverRemover``.
public final class ScratchTree: Sendable {
    /// The whole folder.
    let path: FilePath
    /// When it was made, in seconds since 1970, by the clock of its file system: what has this time or
    /// a later one was written by the commands.
    let birth: Int64
    private let remover: LeftoverRemover

    /// Where commands are run.
    var work: FilePath { path.appending("work") }
    /// What goes into the image.
    public var files: FilePath { work.appending("files") }

    private init(path: FilePath, birth: Int64, remover: LeftoverRemover) {
        self.path = path
        self.birth = birth
        self.remover = remover
    }

    deinit { remover.remove() }

    /// Makes a new folder, with an empty `files`, below `TMPDIR` or /tmp.
    static func make() throws(SourceError) -> ScratchTree {
        let template = FilePath(ProcessEnvironment.temporaryFolder).appending("assay.XXXXXX")
        do throws(FileError) {
            let path = try makeFolder(template)
            var status = stat()
            let result = unsafe path.withPlatformString { unsafe stat($0, &status) }
            guard result == 0 else {
                throw FileError("look at the folder", path, Errno(rawValue: errno))
            }
            let remover: LeftoverRemover
            do throws(FileError) {
                remover = try LeftoverRemover.watch(path)
            } catch {
                _ = unsafe path.withPlatformString { unsafe rmdir($0) }
                throw error
            }
            let scratch = ScratchTree(
                path: path, birth: Int64(status.st_mtim.tv_sec), remover: remover)
            for folder in [scratch.work, scratch.files] {
                let result = unsafe folder.withPlatformString { unsafe mkdir($0, 0o755) }
                guard result == 0 else {
                    throw FileError("make the folder", folder, Errno(rawValue: errno))
                }
            }
            return scratch
        } catch {
            throw .file(error)
        }
    }

    private static func makeFolder(_ template: FilePath) throws(FileError) -> FilePath {
        var name = template.bytes.map { CChar(bitPattern: $0) } + [0]
        let made = unsafe name.withUnsafeMutableBufferPointer { name in
            unsafe name.baseAddress.flatMap { unsafe mkdtemp($0) } != nil
        }
        guard made else { throw FileError("make a folder like", template, Errno(rawValue: errno)) }
        return FilePath(bytes: name.dropLast().map { UInt8(bitPattern: $0) })
    }

    /// Puts bytes into a new file beside the folder that commands are run in.
    func write(_ bytes: [UInt8], to name: String) throws(SourceError) {
        let path = path.appending(name)
        do {
            try FileError.wrap("write", path) {
                let file = try FileDescriptor.open(
                    path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: .ownerReadWrite)
                try file.closeAfter { _ = try file.writeAll(bytes) }
            }
        } catch {
            throw .file(error)
        }
    }

    /// The end of what the commands printed, as much as an error shows.
    func output() -> [UInt8] {
        guard let file = try? FileDescriptor.open(path.appending("output"), .readOnly) else {
            return []
        }
        defer { try? file.close() }
        // One byte more shows ProcessOutput that there was more.
        let size = Int64(ProcessOutput.byteLimit) + 1
        let end = (try? file.seek(offset: 0, from: .end)) ?? 0
        let start = max(0, end - size)
        var bytes = [UInt8](repeating: 0, count: Int(end - start))
        let count = unsafe bytes.withUnsafeMutableBytes { room in
            (try? unsafe file.read(fromAbsoluteOffset: start, into: room)) ?? 0
        }
        return Array(bytes.prefix(count))
    }

    /// Kills what is left of the commands' process group, whose number they have put beside their
    /// folder.
    func endCommands() {
        let path = path.appending("group")
        guard let text = try? TextInput.read(path), let end = text.firstIndex(of: 0x0A),
            let group = Digits.parse(text[..<end]).flatMap(Int32.init(exactly:)), group > 1
        else { return }
        kill(-group, SIGKILL)
        // Another group may get the number from now on.
        _ = unsafe path.withPlatformString { unsafe unlink($0) }
    }

    /// Whether nothing more can be written here.
    var isDiskFull: Bool {
        var status = statvfs()
        let result = unsafe path.withPlatformString { unsafe statvfs($0, &status) }
        return result == 0 && status.f_bavail == 0
    }

    /// Whether `files` is still a folder, and not a link to one elsewhere.
    var hasFiles: Bool {
        (try? Stat(files, followTargetSymlink: false))?.type == .directory
    }
}

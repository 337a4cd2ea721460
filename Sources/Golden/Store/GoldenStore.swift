import HostSystem
public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads and writes the files of a golden.
public enum GoldenStore {
    /// The hashes of an image of a pebibyte without holes are larger than any `.blocks` we read.
    public static let blocksByteLimit: UInt64 = 4 << 30

    /// A golden from disk.
    public struct Loaded: Sendable {
        public let paths: GoldenPaths
        public let golden: GoldenFile
        /// SHA-256 of the text.
        public let digest: SHA256Digest
        /// The hashes of the blocks, where the file beside the text is there and belongs to it.
        public let blocks: BlocksFile?
        /// What a careful reader should be told: a newer minor version, a `.blocks` of another.
        public let warnings: [String]
    }

    /// Reads a golden and, where it is there, its second file.
    ///
    /// A second file that is missing or belongs to another golden is no error: without it a
    /// mismatch is localised to 512 KiB, and ``Loaded/warnings`` says so.
    /// - Throws: ``StoreError`` where the text cannot be read.
    public static func load(_ path: FilePath) throws(StoreError) -> Loaded {
        let text = try read(
            path, limit: GoldenParser.fileByteLimit, signature: GoldenParser.signature)
        let outcome: GoldenParser.Outcome
        do { outcome = try GoldenParser.parse(text) } catch { throw .golden(path: path, error) }
        let paths = GoldenPaths(path)
        let (blocks, warning) = loadBlocks(paths.blocks, for: outcome.golden)
        return Loaded(
            paths: paths, golden: outcome.golden, digest: SHA256Digest(of: text), blocks: blocks,
            warnings: outcome.warnings + (warning.map { [$0] } ?? []))
    }

    private static func loadBlocks(
        _ path: FilePath, for golden: GoldenFile
    ) -> (BlocksFile?, warning: String?) {
        guard let pin = golden.blocks else { return (nil, nil) }
        let shown = EscapedName(path)
        let consequence = "differences are localised to 512 KiB"
        let bytes: [UInt8]
        do { bytes = try read(path, limit: blocksByteLimit, signature: BlocksFile.magic) } catch {
            return (nil, "\(error); \(consequence)")
        }
        let file: BlocksFile
        do { file = try BlocksFile(parsing: bytes) } catch {
            return (nil, "\(shown): \(error); \(consequence)")
        }
        guard file.root == golden.root, file.imageBytes == golden.imageBytes else {
            return (nil, "\(shown) belongs to another golden; \(consequence)")
        }
        guard SHA256Digest(of: bytes) == pin.digest else {
            return (nil, "\(shown) is not the file that the golden names; \(consequence)")
        }
        return (file, nil)
    }

    /// Writes both files of a recording: the text last, so that it never names hashes that are not
    /// there. Either a file is whole, or it is not there.
    ///
    /// - Throws: ``StoreError/exists`` where a file is there and `replaces` is false, and what the
    ///   system says.
    public static func write(
        _ recording: Recording, to path: FilePath, replaces: Bool
    ) throws(StoreError) {
        let paths = GoldenPaths(path)
        try write(recording, text: paths.text, blocks: paths.blocks, replaces: replaces)
    }

    /// Throws where a file that ``write(_:to:replaces:)`` would write is there, before any work is
    /// done for it.
    public static func requireAbsent(
        _ path: FilePath, unless replaces: Bool
    ) throws(StoreError) {
        let paths = GoldenPaths(path)
        for path in [paths.text, paths.blocks] where !replaces && exists(path) {
            throw .exists(path)
        }
    }

    /// Removes a file that this program made for a while.
    public static func discard(_ path: FilePath) { remove(path) }

    /// Leaves a recording beside a golden, under the names that wait for a person.
    static func writePending(
        _ recording: Recording, beside paths: GoldenPaths
    ) throws(StoreError) {
        try write(
            recording, text: paths.pending.text, blocks: paths.pending.blocks, replaces: true)
    }

    private static func write(
        _ recording: Recording, text: FilePath, blocks: FilePath, replaces: Bool
    ) throws(StoreError) {
        if !replaces {
            for path in [text, blocks] where exists(path) { throw .exists(path) }
        }
        try writeFile(recording.blocks.bytes, to: blocks)
        try writeFile(recording.golden.text, to: text)
    }

    /// Whether a file begins as a golden does.
    ///
    /// - Throws: ``StoreError`` where it cannot be read.
    public static func isGolden(_ path: FilePath) throws(StoreError) -> Bool {
        do {
            return try FileError.wrap("read", path) {
                let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
                defer { try? file.close() }
                var start = [UInt8](repeating: 0, count: GoldenParser.signature.count)
                let count = try unsafe start.withUnsafeMutableBytes {
                    try unsafe file.read(into: $0)
                }
                return start[..<count].elementsEqual(GoldenParser.signature)
            }
        } catch { throw .file(error) }
    }

    /// Whether a name stands for something, be it a broken link.
    public static func exists(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { name in
            var status = stat()
            return unsafe lstat(name, &status) == 0
        }
    }

    /// Reads a whole file, up to a limit.
    ///
    /// Where the file does not start with `signature`, only its start is read: whoever parses it
    /// says what it is instead.
    static func read(
        _ path: FilePath, limit: UInt64, signature: [UInt8] = []
    ) throws(StoreError) -> [UInt8] {
        do {
            let file = try FileError.wrap("open", path) {
                try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            }
            defer { try? file.close() }
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1 << 20)
            while UInt64(bytes.count) <= limit {
                let count = try FileError.wrap("read", path) {
                    try unsafe chunk.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
                }
                bytes += chunk[..<count]
                if count == 0 || !bytes.starts(with: signature) { return bytes }
            }
        } catch { throw .file(error) }
        throw .tooLarge(path: path, limit: limit)
    }

    /// Writes a file beside its final name, syncs it, and renames it into place.
    public static func writeFile(_ bytes: [UInt8], to path: FilePath) throws(StoreError) {
        let temporary = path.appendingSuffix(".tmp\(getpid())")
        do throws(FileError) {
            let file = try FileError.wrap("create", temporary) {
                try FileDescriptor.open(
                    temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: [.ownerReadWrite, .groupRead, .otherRead])
            }
            do throws(FileError) {
                defer { try? file.close() }
                try FileError.wrap("write", temporary) { _ = try file.writeAll(bytes) }
                if fsync(file.rawValue) != 0 {
                    throw FileError("sync", temporary, Errno(rawValue: errno))
                }
            } catch {
                remove(temporary)
                throw error
            }
            do throws(FileError) { try rename(temporary, path) } catch {
                remove(temporary)
                throw error
            }
        } catch { throw .file(error) }
    }

    static func rename(_ old: FilePath, _ new: FilePath) throws(FileError) {
        let result = unsafe old.withPlatformString { from in
            unsafe new.withPlatformString { to in unsafe renameat(AT_FDCWD, from, AT_FDCWD, to) }
        }
        if result != 0 { throw FileError("rename to", new, Errno(rawValue: errno)) }
    }

    /// Removes a file that may be there.
    static func remove(_ path: FilePath) {
        unsafe path.withPlatformString { name in _ = unsafe unlink(name) }
    }
}

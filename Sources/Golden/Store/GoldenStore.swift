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
        /// Whether the text is of a newer minor version, so that facts may mean more than is known.
        public let isNewer: Bool
        /// What a careful reader should be told: a newer minor version, a `.blocks` of another.
        public let warnings: [String]
    }

    /// Reads a golden and, where it is there, its second file.
    ///
    /// A second file that is missing or belongs to another golden is no error: without it a
    /// mismatch is localised to 512 KiB, and ``Loaded/warnings`` says so.
    /// - Throws: ``StoreError`` where the text cannot be read.
    public static func load(_ path: FilePath, jobs: Int = 1) throws(StoreError) -> Loaded {
        let text = try read(
            path, limit: GoldenParser.fileByteLimit, signature: GoldenParser.signature)
        let paths = GoldenPaths(path)
        let (parsed, found) = ThreadTeam.both(workers: jobs) {
            Result { () throws(StoreError) in try parse(text, from: path) }
        } _: {
            StoredBlocks(at: paths.blocks)
        }
        let outcome = try parsed.get()
        let (blocks, flaw) = found.blocks(for: outcome.golden)
        let warning = flaw.map { "\($0); differences are localised to 512 KiB" }
        return Loaded(
            paths: paths, golden: outcome.golden, digest: SHA256Digest(of: text), blocks: blocks,
            isNewer: outcome.isNewer,
            warnings: outcome.warnings + (warning.map { [$0] } ?? []))
    }

    /// Parses a golden, and holds its lines against each other.
    static func parse(
        _ text: [UInt8], from path: FilePath
    ) throws(StoreError) -> GoldenParser.Outcome {
        do throws(GoldenFileError) {
            let outcome = try GoldenParser.parse(text)
            try outcome.golden.requireAgreement()
            return outcome
        } catch { throw .golden(path: path, error) }
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

    /// Does all of ``write(_:to:replaces:)`` that can fail for want of room, and leaves the naming to
    /// ``StagedGolden/commit()``.
    public static func stage(
        _ recording: Recording, to path: FilePath, replaces: Bool
    ) throws(StoreError) -> StagedGolden {
        let paths = GoldenPaths(path)
        return try stage(recording, text: paths.text, blocks: paths.blocks, replaces: replaces)
    }

    /// Throws where a file that ``write(_:to:replaces:)`` would write may not be, before any work is
    /// done for it.
    public static func requirePlace(_ path: FilePath, replaces: Bool) throws(StoreError) {
        let paths = GoldenPaths(path)
        try requirePlace(text: paths.text, blocks: paths.blocks, replaces: replaces)
    }

    /// What may be replaced is a golden, or a file of nothing: a slip of the hand in a name must not
    /// cost an image.
    private static func requirePlace(
        text: FilePath, blocks: FilePath, replaces: Bool
    ) throws(StoreError) {
        for (path, signature) in [(text, GoldenParser.signature), (blocks, BlocksFile.magic)]
        where path.isTaken {
            guard replaces else { throw .exists(path) }
            let start = try start(of: path, byteCount: signature.count)
            if !start.isEmpty && start != signature { throw .notOurs(path) }
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
        try stage(recording, text: text, blocks: blocks, replaces: replaces).commit()
    }

    private static func stage(
        _ recording: Recording, text: FilePath, blocks: FilePath, replaces: Bool
    ) throws(StoreError) -> StagedGolden {
        try requirePlace(text: text, blocks: blocks, replaces: replaces)
        return StagedGolden(
            blocks: try stage(recording.blocks, for: blocks),
            text: try stage(recording.golden.text, for: text), replaces: replaces)
    }

    /// Whether a file begins as a golden does.
    ///
    /// - Throws: ``StoreError`` where it cannot be read.
    public static func isGolden(_ path: FilePath) throws(StoreError) -> Bool {
        try start(of: path, byteCount: GoldenParser.signature.count) == GoldenParser.signature
    }

    /// The first bytes of a file, fewer where it has fewer.
    static func start(
        of path: FilePath, byteCount: Int
    ) throws(StoreError) -> [UInt8] {
        do throws(FileError) {
            let file = try FileError.wrap("read", path) {
                try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
            }
            defer { try? file.close() }
            // What is read from a pipe is gone for whoever reads it after that.
            guard !file.isPipe else {
                throw FileError("read", path, .illegalSeek, saying: "it is a pipe, not a file")
            }
            return try FileError.wrap("read", path) {
                var start = [UInt8](repeating: 0, count: byteCount)
                let count = try unsafe start.withUnsafeMutableBytes {
                    try unsafe file.read(into: $0)
                }
                return Array(start[..<count])
            }
        } catch { throw .file(error) }
    }

    /// Reads a whole file, up to a limit.
    ///
    /// Where the file does not start with `signature`, only its start is read: whoever parses it
    /// says what it is instead.
    static func read(
        _ path: FilePath, limit: UInt64, signature: [UInt8] = []
    ) throws(StoreError) -> [UInt8] {
        do {
            let file = try FileDescriptor.openInput(path)
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

    static func rename(_ old: FilePath, _ new: FilePath) throws(FileError) {
        let result = unsafe old.withPlatformString { from in
            unsafe new.withPlatformString { to in unsafe renameat(AT_FDCWD, from, AT_FDCWD, to) }
        }
        if result != 0 { throw FileError("rename to", new, Errno(rawValue: errno)) }
    }

    /// Removes a file that may be there; returns why it still is.
    @discardableResult
    static func remove(_ path: FilePath) -> FileError? {
        let result = unsafe path.withPlatformString { unsafe unlink($0) }
        return result == 0 || errno == ENOENT
            ? nil : FileError("remove", path, Errno(rawValue: errno))
    }
}

internal import Ext4Image
internal import Ext4Layout
internal import Golden
public import HostSystem
internal import ImageBytes
public import SystemPackage

/// Writes both versions of the files that differ into a folder: `a/PATH` and `b/PATH`.
///
/// Whatever the images hold, nothing is written outside the folder, over anything, or as anything but
/// a regular file: of a symlink its target is written, and devices are left out.
public struct Extraction: Sendable {
    /// Files that were written, both sides together.
    public private(set) var fileCount = 0
    /// Their bytes, holes not counted.
    public private(set) var byteCount: UInt64 = 0
    /// What was left out, with the reason; names are escaped.
    public private(set) var omitted: [String] = []
    /// Files that were left out; ``omitted`` names the first of them.
    public private(set) var omittedCount = 0

    /// How many bytes are written unless told otherwise.
    public static let standardLimit: UInt64 = 1 << 30
    /// More files than this are not written.
    static let fileLimit = 100_000
    private static let omittedShown = 20
    private static let window = 1 << 20

    private let limit: UInt64

    /// - Parameters:
    ///   - difference: what to write the files of.
    ///   - path: a folder that is empty or not there.
    ///   - limit: no more bytes than this are written.
    /// - Throws: `FileError` where the folder is not empty, or the system cannot write.
    public init(
        of difference: ImageDifference, into path: FilePath, limit: UInt64 = standardLimit
    ) throws(FileError) {
        self.limit = limit
        let root = try OutputFolder.make(path)
        guard let sides = difference.sides else { return }
        guard let before = try root.folder("a"), let after = try root.folder("b") else {
            throw FileError("extract into", path, .fileExists)
        }
        for change in difference.contents {
            try write(change.before, difference.before, sides.before.paths, nil, before)
            try write(change.after, difference.after, sides.after.paths, nil, after)
        }
        for change in difference.tree {
            let path = difference.path(of: change)
            if change.causes.contains(.removed), let inode = change.before {
                try write(inode, difference.before, sides.before.paths, path, before)
            } else if change.causes.contains(.added), let inode = change.after {
                try write(inode, difference.after, sides.after.paths, path, after)
            }
        }
    }

    private mutating func write(
        _ number: UInt32, _ image: Ext4Image, _ paths: PathIndex, _ known: [UInt8]?,
        _ root: OutputFolder
    ) throws(FileError) {
        guard let inode = image.inode(number) else { return }
        guard let path = known ?? paths.path(of: number) else {
            return omit("inode \(number)", "no path leads to it")
        }
        let shown = "\(root.path.lastComponent?.string ?? "")\(EscapedName(path))"
        switch inode.kind {
        case .regular, .symlink: break
        // The files in it have lines of their own.
        case .directory: return
        default: return omit(shown, "is no regular file")
        }
        guard fileCount < Self.fileLimit else {
            return omit(shown, "there are more than \(Self.fileLimit) files")
        }
        guard byteCount < limit else {
            return omit(shown, "the limit of \(limit) bytes is reached")
        }
        let parts = path.split(separator: 0x2F).map { SafeName.of($0) }
        guard let name = parts.last else { return }
        var folder = root
        for part in parts.dropLast() {
            guard let next = try folder.folder(part) else {
                return omit(shown, "a file has the name of its folder")
            }
            folder = next
        }
        guard let file = try folder.file(name) else {
            return omit(shown, "its name is taken by another file")
        }
        do throws(FileError) {
            defer { try? file.close() }
            let content = ContentReader(inode, of: image)
            let isWhole = try copy(content, to: file, folder.path.appending(name))
            if isWhole {
                fileCount += 1
                return
            }
        } catch {
            folder.remove(name)
            // A sparse file may be larger than any file of this machine.
            guard error.errno == .fileTooLarge || error.errno == .invalidArgument else {
                throw error
            }
            return omit(shown, "is too large for this file system")
        }
        folder.remove(name)
        omit(shown, "the limit of \(limit) bytes is reached")
    }

    /// Copies what is no hole; false where the limit comes first.
    private mutating func copy(
        _ content: ContentReader, to file: FileDescriptor, _ path: FilePath
    ) throws(FileError) -> Bool {
        guard let size = Int64(exactly: content.byteCount) else {
            throw FileError("write", path, .fileTooLarge)
        }
        try FileError.wrap("write", path) { try file.resize(to: size) }
        var offset: UInt64 = 0
        while true {
            offset = content.nextData(at: offset)
            guard offset < content.byteCount else { return true }
            let count = Int(min(content.endOfData(from: offset) - offset, UInt64(Self.window)))
            let bytes = content.bytes(at: offset, count: count)
            guard UInt64(bytes.count) <= limit - byteCount else { return false }
            try FileError.wrap("write", path) {
                _ = try file.writeAll(toAbsoluteOffset: Int64(offset), bytes)
            }
            byteCount += UInt64(bytes.count)
            offset += UInt64(bytes.count)
        }
    }

    private mutating func omit(_ name: String, _ reason: String) {
        omittedCount += 1
        guard omitted.count < Self.omittedShown else { return }
        omitted.append("\(name): \(reason)")
    }
}

internal import CLinux
internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Open folders of this machine, a few at a time, for one thread.
///
/// Files are opened by name inside their folder: no path is too long, a link that was put in the
/// place of a folder is not followed, and the kernel walks one name instead of ten.
final class FolderHandles {
    /// How a file or folder is opened. O_NONBLOCK: what was a file when it was listed may be a fifo
    /// now, and must not hold us.
    private static let always = O_RDONLY | O_CLOEXEC | O_NONBLOCK
    /// Names of 255 bytes and so many make no path that is too long (PATH_MAX).
    private static let pathLimit = 16
    /// More than the folders from one file of a walk to the next, fewer than any limit on files.
    private static let capacity = 24

    /// Kept for its memory.
    private var path: [UInt8] = []
    /// The most recently used last.
    private var open: [(folder: UInt32, descriptor: Int32)] = []
    /// The folder in which something was last opened without opening the folder itself.
    private var passedThrough: UInt32?
    /// Whether the kernel knows openat2(2), and lets us.
    private var opensPaths = true
    /// Whether the kernel may still be asked not to touch access times: only a file's owner may.
    private var sparesAccessTimes = true

    deinit {
        for entry in open { close(entry.descriptor) }
    }

    /// The descriptor of a folder, valid until the next call.
    func descriptor(of folder: UInt32, in tree: borrowing SourceTree) throws(SourceError) -> Int32 {
        if let descriptor = openDescriptor(of: folder) { return descriptor }
        if case .child(let parent, let name) = tree.folders[Int(folder)],
            let descriptor = openThroughFolder(name, in: parent, of: tree, O_DIRECTORY)
        {
            remember(folder, descriptor)
            return descriptor
        }
        // Climb to the nearest ancestor that is open, then come back down: a loop, since a hostile
        // tree can be deeper than the stack.
        var missing = [folder]
        var known: Int32 = -1
        climb: while let next = missing.last, case .child(let parent, _) = tree.folders[Int(next)] {
            if let descriptor = openDescriptor(of: parent) {
                known = descriptor
                break climb
            }
            missing.append(parent)
        }
        for next in missing.reversed() {
            known = try openFolder(next, below: known, in: tree)
            remember(next, known)
        }
        return known
    }

    /// The descriptor of a folder that is open, which is the most recently used one now.
    private func openDescriptor(of folder: UInt32) -> Int32? {
        guard let index = open.lastIndex(where: { $0.folder == folder }) else { return nil }
        let entry = open.remove(at: index)
        open.append(entry)
        return entry.descriptor
    }

    /// Opens a regular file for reading. The caller closes it.
    func openFile(_ name: ByteRange, in folder: UInt32, of tree: borrowing SourceTree)
        throws(SourceError) -> Int32
    {
        if let file = openThroughFolder(name, in: folder, of: tree, 0) { return file }
        let parent = try descriptor(of: folder, in: tree)
        let file = unsafe tree.bytes.withUnsafeBufferPointer { pool in
            unsafe withCString(pool, name) { name in unsafe openQuietly(parent, name, O_NOFOLLOW) }
        }
        guard file >= 0 else {
            throw SourceError.file(
                FileError("open", tree.hostPath(folder, name), Errno(rawValue: errno)))
        }
        return file
    }

    /// Opens what is in a folder by its path from the nearest folder that is open, no link followed: for
    /// the first in it, since in a store many folders hold one file only, or one folder.
    ///
    /// - Returns: nil where the folder itself is open or is to be opened, or where anything went wrong, and
    ///   the way through the folder will tell what.
    private func openThroughFolder(
        _ name: ByteRange, in folder: UInt32, of tree: borrowing SourceTree, _ flags: Int32
    ) -> Int32? {
        guard opensPaths, sparesAccessTimes, folder != passedThrough else { return nil }
        var names = [name]
        var next = folder
        while true {
            if let descriptor = openDescriptor(of: next) {
                guard names.count > 1 else { return nil }
                passedThrough = folder
                return openPath(names, below: descriptor, of: tree, flags)
            }
            guard names.count < Self.pathLimit,
                case .child(let parent, let own) = tree.folders[Int(next)]
            else { return nil }
            names.append(own)
            next = parent
        }
    }

    /// Opens what the last of `names`, which come from the file upwards, leads to.
    private func openPath(
        _ names: [ByteRange], below folder: Int32, of tree: borrowing SourceTree, _ flags: Int32
    ) -> Int32? {
        path.removeAll(keepingCapacity: true)
        for name in names.reversed() {
            if !path.isEmpty { path.append(UInt8(ascii: "/")) }
            path.append(contentsOf: tree[name])
        }
        path.append(0)
        let descriptor = unsafe clinux_open_without_links(
            folder, path, Self.always | LinuxConstant.openNoAccessTime | flags)
        guard descriptor < 0 else { return descriptor }
        // A sandbox that does not know the call may say either.
        if errno == ENOSYS || errno == EPERM { opensPaths = false }
        return nil
    }

    /// Opens a file by its path, following links, as the person who named it would expect.
    func openFile(_ path: FilePath) throws(SourceError) -> Int32 {
        let file = unsafe path.withPlatformString { unsafe openQuietly(AT_FDCWD, $0, 0) }
        guard file >= 0 else {
            throw SourceError.file(FileError("open", path, Errno(rawValue: errno)))
        }
        return file
    }

    private func openFolder(_ folder: UInt32, below parent: Int32, in tree: borrowing SourceTree)
        throws(SourceError) -> Int32
    {
        let descriptor: Int32
        switch tree.folders[Int(folder)] {
        case .root(let path):
            descriptor = unsafe path.withPlatformString {
                unsafe openQuietly(AT_FDCWD, $0, O_DIRECTORY)
            }
        case .child(_, let name):
            descriptor = unsafe tree.bytes.withUnsafeBufferPointer { pool in
                unsafe withCString(pool, name) {
                    unsafe openQuietly(parent, $0, O_DIRECTORY | O_NOFOLLOW)
                }
            }
        }
        guard descriptor >= 0 else {
            let path = tree.hostPath(folder)
            let reason = Errno(rawValue: errno)
            if case .child = tree.folders[Int(folder)],
                [.notDirectory, .tooManySymbolicLinkLevels].contains(reason)
            {
                throw .changed(path: EscapedName(path), what: "it is no folder any more")
            }
            throw SourceError.file(FileError("open the folder", path, reason))
        }
        return descriptor
    }

    private func remember(_ folder: UInt32, _ descriptor: Int32) {
        if open.count == Self.capacity { close(open.removeFirst().descriptor) }
        open.append((folder, descriptor))
    }

    private func openQuietly(_ parent: Int32, _ name: UnsafePointer<CChar>, _ flags: Int32) -> Int32
    {
        let always = Self.always | flags
        if sparesAccessTimes {
            let descriptor = unsafe openat(parent, name, always | LinuxConstant.openNoAccessTime)
            guard descriptor < 0, errno == EPERM else { return descriptor }
            sparesAccessTimes = false
        }
        return unsafe openat(parent, name, always)
    }
}

/// The C string at `range`: `intern` put a zero behind it.
func withCString<Result>(
    _ pool: UnsafeBufferPointer<UInt8>, _ range: ByteRange,
    _ body: (UnsafePointer<CChar>) -> Result
) -> Result {
    let withZero = unsafe UnsafeRawBufferPointer(
        rebasing: UnsafeRawBufferPointer(pool)[range.start...range.start + range.count])
    return unsafe withZero.withMemoryRebound(to: CChar.self) { characters in
        guard let start = characters.baseAddress else { preconditionFailure("a range has a zero") }
        return unsafe body(start)
    }
}

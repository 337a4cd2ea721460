internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Takes the entries of one folder of this machine into a tree.
struct FolderEntries {
    /// The folder, open.
    let descriptor: Int32
    /// Its number among the folders that contents are found in.
    let folder: UInt32
    /// The name of an entry that is in the tree although the host has none.
    var implied: ByteRange?
    /// How many threads look at the entries of a long folder.
    var jobs = 1

    /// So many entries are looked at before the tree takes them: enough for several threads to share.
    private static let windowSize = 8_192
    /// So many are worth a thread.
    private static let threadShare = 512

    /// A file with more than one name, and which of the tree's nodes it is.
    typealias Link = (node: Int, file: HostFile)

    /// Makes `names` the children of `node`, in the order of their bytes.
    ///
    /// - Returns: those that may be other names of one file.
    func add(
        _ names: FolderNames, to node: Int, of tree: inout SourceTree
    ) throws(EntryFailure) -> [Link] {
        var links: [Link] = []
        tree.beginChildren(of: node, count: names.all.count)
        let order = NameOrder.sorted(names.all, in: tree.bytes)
        for start in stride(from: 0, to: order.count, by: Self.windowSize) {
            let window = order[start...].prefix(Self.windowSize)
            let ahead = statusesAhead(of: window, names, in: tree)
            for (place, index) in window.enumerated() {
                let name = names.all[index]
                guard !names.areFolders[index] else {
                    // What else there is to know of it, the folder says itself when it is listed.
                    var child = name == implied ? SourceNode.lostAndFound : .folder
                    child.name = name
                    tree.append(child, to: node)
                    continue
                }
                let status =
                    if place < ahead.count, let known = ahead[place] { known } else {
                        try status(of: name, in: tree.bytes)
                    }
                let child = try entry(name, status, in: &tree)
                if child.kind != .directory, status.st_nlink > 1 {
                    let file = HostFile(
                        device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
                    links.append((tree.nodes.count, file))
                }
                tree.append(child, to: node)
            }
        }
        return links
    }

    /// What several threads say of names, nil for what cannot be looked at or need not be; nothing
    /// where that would not pay.
    private func statusesAhead(
        of window: ArraySlice<Int>, _ names: FolderNames, in tree: borrowing SourceTree
    ) -> [stat?] {
        guard jobs > 1, window.count >= 2 * Self.threadShare else { return [] }
        let pool = tree.bytes
        let threads = min(jobs, window.count / Self.threadShare)
        let share = (window.count + threads - 1) / threads
        return ThreadTeam.map(count: threads, workers: threads) { part in
            window.dropFirst(part * share).prefix(share).map { index in
                names.areFolders[index] ? nil : try? status(of: names.all[index], in: pool)
            }
        }.flatMap(\.self)
    }

    private func status(
        of name: ByteRange, in pool: [UInt8]
    ) throws(EntryFailure) -> stat {
        var status = stat()
        let result = unsafe pool.withUnsafeBufferPointer { pool in
            unsafe withCString(pool, name) {
                unsafe fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW)
            }
        }
        guard result == 0 else { throw failure("read", name, in: pool) }
        return status
    }

    private func entry(
        _ name: ByteRange, _ status: stat, in tree: inout SourceTree
    ) throws(EntryFailure) -> SourceNode {
        guard let kind = FileKind(mode: UInt32(status.st_mode)) else {
            throw EntryFailure(
                name: Array(tree[name]),
                reason: .unsupported(
                    "is of a kind that no file system holds (mode \(status.st_mode))"))
        }
        var node = SourceNode(kind: kind, permissions: 0)
        node.name = name
        node.copyMetadata(status)
        switch kind {
        case .regular:
            node.setSize(
                UInt64(max(0, status.st_size)), storedBlocks: Int64(status.st_blocks))
            if node.size > 0 { node.content = .sibling(folder: folder) }
        case .symbolicLink:
            node.target = try target(of: name, in: &tree)
        case .characterDevice, .blockDevice:
            node.device = UInt64(status.st_rdev)
        case .directory, .fifo, .socket:
            break
        }
        return node
    }

    private func target(
        of name: ByteRange, in tree: inout SourceTree
    ) throws(EntryFailure) -> ByteRange {
        // One byte more than any target has, so that a full buffer would show.
        let target = unsafe withUnsafeTemporaryAllocation(
            byteCount: Int(PATH_MAX) + 1, alignment: 1
        ) { buffer -> ByteRange? in
            let count = unsafe tree.bytes.withUnsafeBufferPointer { pool in
                unsafe withCString(pool, name) { name in
                    unsafe buffer.withMemoryRebound(to: CChar.self) {
                        unsafe $0.baseAddress.map {
                            unsafe readlinkat(descriptor, name, $0, buffer.count)
                        } ?? -1
                    }
                }
            }
            return count < 0 ? nil : unsafe tree.intern(buffer[..<count])
        }
        guard let target else { throw failure("read the link", name, in: tree.bytes) }
        return target
    }

    private func failure(
        _ operation: String, _ name: ByteRange, in pool: [UInt8]
    ) -> EntryFailure {
        let reason = EntryFailure.Reason.system(operation: operation, Errno(rawValue: errno))
        return EntryFailure(name: Array(pool[name.range]), reason: reason)
    }
}

extension SourceNode {
    /// Takes over what stat(2) says of every kind of file.
    mutating func copyMetadata(_ status: stat) {
        permissions = UInt16(status.st_mode & 0o7777)
        uid = status.st_uid
        gid = status.st_gid
        modified = Int64(status.st_mtim.tv_sec)
    }
}

/// What stat(2) says of an open file.
func stat(of descriptor: Int32) throws(Errno) -> stat {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw Errno(rawValue: errno) }
    return status
}

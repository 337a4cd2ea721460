internal import HostSystem
public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lists what lies below folders of this machine. Nothing is read but names, metadata and the
/// targets of symbolic links; contents come later, when the plan asks for them.
///
/// What the host happens to do does not show: entries are sorted, and neither inode numbers, access
/// times nor the order of listing reach the tree. The walk is a loop, not a recursion, and holds a
/// handful of descriptors whatever the depth.
public struct FolderSurvey {
    private var tree = SourceTree()
    private let handles = FolderHandles()
    private let listing = FolderListing()
    private var pending: [(node: Int, folder: UInt32)] = []
    private var linkGroups: [HostFile: UInt32] = [:]
    private let attributes: AttributePatterns
    /// The name of a folder of the root that is in the tree although the host has none.
    private var impliedFolder: ByteRange?

    private init(_ attributes: AttributePatterns) { self.attributes = attributes }

    /// Surveys the folder `path`, which becomes the root of the tree.
    ///
    /// - Parameters:
    ///   - path: a folder, or a link to one.
    ///   - attributes: the extended attributes that are wanted.
    ///   - addsLostAndFound: whether the root gets a folder lost+found where it has none.
    /// - Returns: the folder as a tree, nothing but its contents left out.
    /// - Throws: ``SourceError/file(_:)`` for what cannot be listed, `unsupported` for what ext4
    ///   cannot hold.
    public static func tree(
        of path: FilePath, attributes: AttributePatterns = .none, addsLostAndFound: Bool = false
    ) throws(SourceError) -> SourceTree {
        var survey = FolderSurvey(attributes)
        let folder = survey.tree.addFolder(.root(path))
        var status = stat()
        let result = unsafe path.withPlatformString { unsafe stat($0, &status) }
        guard result == 0 else { throw .file(FileError("read", path, Errno(rawValue: errno))) }
        guard FileKind(mode: UInt32(status.st_mode)) == .directory else {
            throw .file(FileError("list", path, .notDirectory))
        }
        survey.tree.update(0) { $0.copyMetadata(status) }
        let descriptor = try survey.handles.descriptor(of: folder, in: survey.tree)
        let list = try attributes.attributes(of: [UInt8(ascii: ".")], in: descriptor, path: path)
        survey.tree.setAttributes(of: 0, to: list)
        survey.pending.append((0, folder))
        if addsLostAndFound { survey.impliedFolder = survey.tree.intern(FileOrder.lostAndFound) }
        try survey.walk()
        return survey.tree
    }

    /// Surveys files and folders of one host folder, which become the children of the folder
    /// `place` of an otherwise empty tree: a Nix store with some of its paths.
    public static func tree(
        of names: [[UInt8]], in path: FilePath, at place: [UInt8]
    ) throws(SourceError) -> SourceTree {
        var survey = FolderSurvey(.none)
        let folder = survey.tree.addFolder(.root(path))
        var node = 0
        for part in place.split(separator: UInt8(ascii: "/")) {
            var child = SourceNode.folder
            child.name = survey.tree.intern(part)
            node = survey.tree.setChildren(of: node, to: [child]).lowerBound
        }
        try survey.addChildren(names.map { survey.tree.intern($0) }, to: node, folder: folder)
        try survey.walk()
        return survey.tree
    }

    private mutating func walk() throws(SourceError) {
        while let next = pending.popLast() {
            let descriptor = try handles.descriptor(of: next.folder, in: tree)
            var names: [ByteRange]
            do {
                names = try listing.names(in: descriptor, into: &tree)
            } catch {
                throw .file(FileError("list", tree.hostPath(next.folder), error))
            }
            if next.node == 0 { addImpliedFolder(to: &names) }
            try addChildren(names, to: next.node, folder: next.folder)
        }
    }

    private mutating func addImpliedFolder(to names: inout [ByteRange]) {
        guard let implied = impliedFolder else { return }
        if names.contains(where: { tree[$0].elementsEqual(tree[implied]) }) {
            impliedFolder = nil
        } else {
            names.append(implied)
        }
    }

    private mutating func addChildren(
        _ names: [ByteRange], to node: Int, folder: UInt32
    ) throws(SourceError) {
        guard !names.isEmpty else { return }
        let descriptor = try handles.descriptor(of: folder, in: tree)
        tree.beginChildren(of: node, count: names.count)
        for index in NameOrder.sorted(names, in: tree.bytes) {
            tree.append(
                try entry(names[index], in: folder, descriptor: descriptor), to: node)
        }
        let added = tree.nodes[node].children
        try readAttributes(of: added, in: folder, descriptor: descriptor)
        for child in added where tree.nodes[child].kind == .directory {
            let name = tree.nodes[child].name
            guard name != impliedFolder else { continue }
            pending.append((child, tree.addFolder(.child(of: folder, name: name))))
        }
    }

    private mutating func readAttributes(
        of children: Range<Int>, in folder: UInt32, descriptor: Int32
    ) throws(SourceError) {
        guard !attributes.isEmpty else { return }
        for child in children where tree.nodes[child].name != impliedFolder {
            let name = tree.nodes[child].name
            let list = try attributes.attributes(
                of: tree[name], in: descriptor, path: tree.hostPath(folder, name))
            tree.setAttributes(of: child, to: list)
        }
    }

    private mutating func entry(
        _ name: ByteRange, in folder: UInt32, descriptor: Int32
    ) throws(SourceError) -> SourceNode {
        guard name != impliedFolder else {
            var node = SourceNode.lostAndFound
            node.name = name
            return node
        }
        var status = stat()
        let result = unsafe tree.bytes.withUnsafeBufferPointer { pool in
            unsafe withCString(pool, name) {
                unsafe fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW)
            }
        }
        guard result == 0 else { throw fileError("read", folder, name) }
        guard let kind = FileKind(mode: UInt32(status.st_mode)) else {
            throw .unsupported(
                path: EscapedName(tree.hostPath(folder, name)),
                reason: "is of a kind that no file system holds (mode \(status.st_mode))")
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
            node.target = try target(of: name, in: folder, descriptor: descriptor)
        case .characterDevice, .blockDevice:
            node.device = UInt64(status.st_rdev)
        case .directory, .fifo, .socket:
            break
        }
        if kind != .directory, status.st_nlink > 1 {
            let file = HostFile(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
            let group = linkGroups[file] ?? tree.newLinkGroup()
            linkGroups[file] = group
            node.linkGroup = group
        }
        return node
    }

    private mutating func target(
        of name: ByteRange, in folder: UInt32, descriptor: Int32
    ) throws(SourceError) -> ByteRange {
        // One byte more than any target has, so that a full buffer would show.
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = unsafe tree.bytes.withUnsafeBufferPointer { pool in
            unsafe withCString(pool, name) { name in
                unsafe readlinkat(descriptor, name, &buffer, buffer.count)
            }
        }
        guard count >= 0 else { throw fileError("read the link", folder, name) }
        return tree.intern(buffer[..<count].lazy.map { UInt8(bitPattern: $0) })
    }

    private func fileError(_ operation: String, _ folder: UInt32, _ name: ByteRange) -> SourceError
    {
        .file(FileError(operation, tree.hostPath(folder, name), Errno(rawValue: errno)))
    }
}

extension SourceNode {
    fileprivate mutating func copyMetadata(_ status: stat) {
        permissions = UInt16(status.st_mode & 0o7777)
        uid = status.st_uid
        gid = status.st_gid
        modified = Int64(status.st_mtim.tv_sec)
    }
}

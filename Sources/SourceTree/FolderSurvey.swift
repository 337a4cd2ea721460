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
/// times nor the order of listing reach the tree. The walk is a loop, not a recursion, and each thread
/// holds a handful of descriptors whatever the depth.
public struct FolderSurvey {
    private var tree = SourceTree()
    private let handles = FolderHandles()
    private let listing = FolderListing()
    private var pending: [(node: Int, folder: UInt32)] = []
    private var linkGroups: [HostFile: UInt32] = [:]
    private let attributes: AttributePatterns
    private let advance: (Int) -> Void
    /// The name of a folder of the root that is in the tree although the host has none.
    private var impliedFolder: ByteRange?

    /// So many folders are listed before the next ones are looked for. With ``FolderPiece/entryLimit``
    /// it bounds what is there twice for a while: 70 MB, of a tree that has as much.
    private static let batchSize = 512
    /// Fewer are listed by one thread: to start others would take as long.
    private static let threadedBatchSize = 64

    private init(_ attributes: AttributePatterns, _ advance: @escaping (Int) -> Void) {
        self.attributes = attributes
        self.advance = advance
    }

    /// Surveys the folder `path`, which becomes the root of the tree.
    ///
    /// - Parameters:
    ///   - path: a folder, or a link to one.
    ///   - attributes: the extended attributes that are wanted.
    ///   - addsLostAndFound: whether the root gets a folder lost+found where it has none.
    ///   - jobs: how many threads list folders. The tree is the same for every number.
    ///   - advance: called with how many names more there are.
    /// - Returns: the folder as a tree, nothing but its contents left out.
    /// - Throws: ``SourceError/file(_:)`` for what cannot be listed, `unsupported` for what ext4
    ///   cannot hold.
    public static func tree(
        of path: FilePath, attributes: AttributePatterns = .none, addsLostAndFound: Bool = false,
        jobs: Int, advance: @escaping (Int) -> Void = { _ in }
    ) throws(SourceError) -> SourceTree {
        var survey = FolderSurvey(attributes, advance)
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
        try survey.walk(jobs: jobs)
        return survey.tree
    }

    /// Surveys files and folders of one host folder, which become the children of the folder
    /// `place` of an otherwise empty tree: a Nix store with some of its paths.
    public static func tree(
        of names: [[UInt8]], in path: FilePath, at place: [UInt8], jobs: Int,
        advance: @escaping (Int) -> Void = { _ in }
    ) throws(SourceError) -> SourceTree {
        var survey = FolderSurvey(.none, advance)
        let folder = survey.tree.addFolder(.root(path))
        var node = 0
        for part in place.split(separator: UInt8(ascii: "/")) {
            var child = SourceNode.folder
            child.name = survey.tree.intern(part)
            node = survey.tree.setChildren(of: node, to: [child]).lowerBound
        }
        var list = FolderNames()
        for name in names { list.append(survey.tree.intern(name), isFolder: false) }
        try survey.addChildren(list, to: node, folder: folder, jobs: jobs)
        survey.follow(node, folder)
        try survey.walk(jobs: jobs)
        return survey.tree
    }

    private mutating func walk(jobs: Int) throws(SourceError) {
        while !pending.isEmpty {
            // The same folders at a time for every number of threads: the nodes come in one order.
            let batch = Array(pending.suffix(Self.batchSize))
            pending.removeLast(batch.count)
            let pieces = listAhead(batch, jobs: jobs)
            for (index, next) in batch.enumerated() {
                let (number, place) = index.quotientAndRemainder(
                    dividingBy: FolderPiece.folderCount)
                if !pieces.isEmpty, case let piece = try pieces[number].get(),
                    let folder = piece.folders[place]
                {
                    adopt(folder, of: piece, as: next.node)
                } else {
                    try list(next.node, next.folder, jobs: jobs)
                }
                follow(next.node, next.folder)
            }
        }
    }

    /// Lists folders on several threads; nothing where that would not pay.
    private func listAhead(
        _ batch: [(node: Int, folder: UInt32)], jobs: Int
    ) -> [Result<FolderPiece, SourceError>] {
        guard jobs > 1, batch.count >= Self.threadedBatchSize, attributes.isEmpty else { return [] }
        let host = tree
        let folders = batch.map(\.folder)
        let starts = Array(stride(from: 0, to: folders.count, by: FolderPiece.folderCount))
        return ThreadTeam.map(
            count: starts.count, workers: jobs, state: { (FolderHandles(), FolderListing()) }
        ) { state, index -> Result<FolderPiece, SourceError> in
            let own = folders[starts[index]...].prefix(FolderPiece.folderCount)
            return Result { () throws(SourceError) in
                try FolderPiece(of: own, in: host, state.0, state.1)
            }
        }
    }

    private mutating func adopt(
        _ folder: FolderPiece.Folder, of piece: borrowing FolderPiece, as node: Int
    ) {
        let first = tree.adopt(folder.nodes, folder.bytes, of: piece.tree, as: node)
        tree.update(node) { $0.copyMetadata(folder.status) }
        number(folder.links.map { (first + $0.node - folder.nodes.lowerBound, $0.file) })
    }

    private mutating func list(
        _ node: Int, _ folder: UInt32, jobs: Int
    ) throws(SourceError) {
        let descriptor = try handles.descriptor(of: folder, in: tree)
        var names: FolderNames
        let status: stat
        do throws(Errno) {
            status = try stat(of: descriptor)
            names = try listing.names(in: descriptor, into: &tree)
        } catch {
            throw .file(FileError("list", tree.hostPath(folder), error))
        }
        tree.update(node) { $0.copyMetadata(status) }
        if node == 0 { addImpliedFolder(to: &names) }
        try addChildren(names, to: node, folder: folder, jobs: jobs)
    }

    private mutating func addImpliedFolder(to names: inout FolderNames) {
        guard let implied = impliedFolder else { return }
        if names.all.contains(where: { tree[$0].elementsEqual(tree[implied]) }) {
            impliedFolder = nil
        } else {
            names.append(implied, isFolder: true)
        }
    }

    private mutating func addChildren(
        _ names: FolderNames, to node: Int, folder: UInt32, jobs: Int
    ) throws(SourceError) {
        guard !names.all.isEmpty else { return }
        let descriptor = try handles.descriptor(of: folder, in: tree)
        let entries = FolderEntries(
            descriptor: descriptor, folder: folder, implied: impliedFolder, jobs: jobs)
        do throws(EntryFailure) {
            number(try entries.add(names, to: node, of: &tree))
        } catch {
            throw error.located(in: tree.hostPath(folder))
        }
        try readAttributes(of: tree.nodes[node].children, in: folder, descriptor: descriptor)
    }

    /// Gives one number to all names of one file.
    private mutating func number(_ links: [FolderEntries.Link]) {
        for link in links {
            let group = linkGroups[link.file] ?? tree.newLinkGroup()
            linkGroups[link.file] = group
            tree.update(link.node) { $0.linkGroup = group }
        }
    }

    /// Has the folders in a folder listed in their turn.
    private mutating func follow(_ node: Int, _ folder: UInt32) {
        advance(tree.nodes[node].children.count)
        for child in tree.nodes[node].children where tree.nodes[child].kind == .directory {
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
}

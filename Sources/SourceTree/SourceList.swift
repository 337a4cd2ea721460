internal import HostSystem
public import SystemPackage

/// Everything that an image is made from, as it was named, and how it becomes one tree.
public struct SourceList: Sendable {
    /// `--root`: the folder that becomes the root.
    public var root: FilePath?
    /// `--mtree`: trees described in text, later ones over earlier ones.
    public var mtrees: [FilePath] = []
    /// The numbers of `uname=` and `gname=` in them.
    public var users = AccountTable.empty
    public var groups = AccountTable.empty
    /// `--store-path`, `--store-paths`: asked of Nix with all they need.
    public var storePaths: [[UInt8]] = []
    /// `--closure-info`: folders of nixpkgs' closureInfo.
    public var closureInfos: [FilePath] = []
    /// `--store-root`: the folder whose nix/store holds these; nil for what the environment says.
    public var storeRoot: FilePath?
    /// `--files`: folders laid over the root.
    public var files: [FilePath] = []
    /// `--populate`: commands that fill a folder which is laid over all the rest, as bytes.
    public var populate: [[UInt8]] = []

    public var owner = OwnerPolicy.root
    /// nil: what is on the host for folders, none for store paths.
    public var hardLinks: HardLinkPolicy?
    public var attributes = AttributePatterns.none
    /// Whether a store path that is not as Nix leaves it is an error.
    public var strictStore = false
    /// Whether store paths are held against their registration.
    public var checksArchives = true
    /// What `--populate` sees as SOURCE_DATE_EPOCH, and the time of what has none.
    public var epoch: Int64 = 1
    /// `--timestamps clamp`: whether times before the epoch reach the image.
    public var keepsOlderTimes = false

    public init() {}

    /// The result of ``assemble(jobs:advance:)``.
    public struct Assembly: Sendable {
        /// What was named.
        public let list: SourceList
        public let tree: SourceTree
        /// Store paths to check while they are read.
        public let archives: [StoreArchive]
        /// Folders that must exist until the image is written.
        let scratch: [ScratchTree]
    }

    /// Surveys every source and lays one over the other: the file system's own lost+found, the root,
    /// texts, the closure with its registration, folders, populated folders.
    ///
    /// - Parameters:
    ///   - jobs: how many threads list folders.
    ///   - advance: called with how many names more were found in folders.
    /// - Returns: the tree, and what must be known of its sources until the image is written.
    /// - Throws: ``SourceError``.
    public func assemble(
        jobs: Int, advance: @escaping (Int) -> Void = { _ in }
    ) async throws(SourceError) -> Assembly {
        var layers = Layers()
        if let root {
            layers.add(
                try surveyed(root, isRoot: true, jobs: jobs, advance),
                "--root \(EscapedName(root))",
                asRoot: true)
        }
        for (index, path) in mtrees.enumerated() {
            let isRoot = root == nil && index == 0
            let tree = try Mtree.parse(
                path: path, users: users, groups: groups, defaultTime: epoch,
                addsLostAndFound: isRoot)
            layers.add(tree, "--mtree \(EscapedName(path))", asRoot: isRoot)
        }
        let closure = try await closure()
        if let closure {
            layers.add(try tree(of: closure, jobs: jobs, advance), Self.closureName, asRoot: false)
            layers.add(Self.registrationTree(closure), "the registration", asRoot: false)
        }
        for path in files {
            layers.add(
                try surveyed(path, jobs: jobs, advance), "--files \(EscapedName(path))",
                asRoot: false)
        }
        var scratch: [ScratchTree] = []
        for commands in populate {
            let made = try await Populate.run(commands: commands, epoch: epoch)
            var tree = try surveyed(made.files, jobs: jobs, advance)
            // Whoever happens to run the commands is no part of the recipe.
            tree.setOwner(uid: 0, gid: 0)
            // Nor is the time at which they run, which --timestamps clamp would let through where the
            // epoch is later still.
            tree.forgetTimes(since: made.birth)
            layers.add(tree, "--populate", asRoot: false)
            scratch.append(made)
        }
        var tree = try layers.merged()
        if hardLinks == .share {
            try ContentSharing.apply(
                to: &tree, latestTime: keepsOlderTimes ? epoch : nil, jobs: jobs)
        }
        let archives = checksArchives ? Self.archives(closure, in: tree, layers) : []
        return Assembly(list: self, tree: tree, archives: archives, scratch: scratch)
    }

    private func surveyed(
        _ path: FilePath, isRoot: Bool = false, jobs: Int, _ advance: @escaping (Int) -> Void
    ) throws(SourceError) -> SourceTree {
        var tree = try FolderSurvey.tree(
            of: path, attributes: attributes, addsLostAndFound: isRoot, jobs: jobs,
            advance: advance)
        if owner == .root { tree.setOwner(uid: 0, gid: 0) }
        if let hardLinks, hardLinks != .keep { tree.splitHardLinks() }
        return tree
    }

    private func closure() async throws(SourceError) -> Closure? {
        var closure: Closure?
        let store =
            try storeRoot.map { root throws(SourceError) in try NixStore(root: root) }
            ?? .current
        if !storePaths.isEmpty { closure = try await Closure.query(storePaths, store: store) }
        for folder in closureInfos {
            let more = try Closure.read(closureInfo: folder, store: store)
            closure = try closure?.union(more) ?? more
        }
        return closure
    }

    private func tree(
        of closure: Closure, jobs: Int, _ advance: @escaping (Int) -> Void
    ) throws(SourceError) -> SourceTree {
        guard let first = closure.paths.first else { return SourceTree() }
        let folder = closure.store.hostPath(of: first).removingLastComponent()
        let place = closure.store.directory.path
        var tree = try FolderSurvey.tree(
            of: closure.paths.map(\.name), in: folder, at: place, jobs: jobs,
            advance: advance)
        if hardLinks != .keep { tree.splitHardLinks() }
        guard let store = tree.node(at: place) else { return tree }
        if let deviation = tree.makeStoreCanonical(below: store), strictStore {
            throw .unsupported(
                path: deviation.path,
                reason: deviation.what
                    + ", as Nix would have it. Without --strict-store it is made so")
        }
        return tree
    }

    /// /nix-path-registration, from which the first boot fills the database of Nix.
    private static func registrationTree(_ closure: Closure) -> SourceTree {
        var tree = SourceTree()
        let bytes = closure.registration.canonicalBytes
        var file = SourceNode(
            kind: .regular, permissions: 0o644, modified: SourceNode.timeless,
            size: UInt64(bytes.count))
        file.name = tree.intern("nix-path-registration".utf8)
        file.content = tree.addLiteral(bytes)
        tree.setChildren(of: 0, to: [file])
        return tree
    }

    private static let closureName = "the closure"

    private static func archives(
        _ closure: Closure?, in tree: SourceTree, _ layers: Layers
    ) -> [StoreArchive] {
        guard let closure else { return [] }
        return closure.registration.records.compactMap { record in
            tree.node(at: record.path.bytes).map {
                StoreArchive(
                    node: $0, record: record, place: closure.store.hostPath(of: record.path),
                    overlay: layers.layer(at: record.path.bytes, except: closureName))
            }
        }
    }
}

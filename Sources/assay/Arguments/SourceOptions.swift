import ArgumentParser
import Ext4Build
import HostSystem
import SourceTree
import SystemPackage

/// What an image is made from.
struct SourceOptions: ParsableArguments {
    @Option(help: "A folder that becomes the root.", completion: .directory)
    var root: String?

    @Option(
        help: "A tree described in text, as mtree(5) has it. Repeatable.", completion: .file())
    var mtree: [String] = []

    @Option(
        help: "User names for uname= in --mtree, in the form of /etc/passwd.", completion: .file())
    var unameTable: String?

    @Option(
        help: "Group names for gname= in --mtree, in the form of /etc/group.", completion: .file())
    var gnameTable: String?

    @Option(
        help: "A Nix store path; its closure and registration come with it. Repeatable.",
        completion: .directory)
    var storePath: [String] = []

    @Option(
        help: "A file with a store path on each line, or - for standard input.",
        completion: .file())
    var storePaths: String?

    @Option(
        help: "A folder as nixpkgs' closureInfo makes it: a closure without Nix. Repeatable.",
        completion: .directory)
    var closureInfo: [String] = []

    @Option(
        help: """
            The folder that has nix/store in it, as nix --store has it: store paths, and what Nix \
            knows about them, are taken from there. Their names stay /nix/store.
            """,
        completion: .directory)
    var storeRoot: String?

    @Option(help: "A folder laid over the root. Repeatable.", completion: .directory)
    var files: [String] = []

    @Option(
        help: "Commands for bash that fill ./files, which is laid over all the rest. Repeatable.")
    var populate: [String] = []

    @Option(help: "Who owns surveyed files: root, or keep for what the host says.")
    var owner = OwnerPolicy.root

    @Option(
        help: """
            Which names are one file: keep (as on the host), split (none) or share (those of equal \
            content). Default: keep for folders, split for store paths.
            """)
    var hardLinks: HardLinkPolicy?

    @Option(
        parsing: .upToNextOption,
        help: """
            Extended attributes to take along; a final * matches the rest of a name. Default: none.
            """)
    var xattr: [String] = []

    @Flag(help: "Refuse store paths that are not as Nix leaves them, instead of making them so.")
    var strictStore = false

    @Flag(help: "Do not hold store paths against the hashes of their registration.")
    var noNarCheck = false

    mutating func validate() throws {
        let sources = [mtree, storePath, closureInfo, files, populate].joined()
        guard root != nil || storePaths != nil || !sources.isEmpty else {
            throw ValidationError(
                """
                Nothing to build from: give --root, --mtree, --store-path, --store-paths, \
                --closure-info, --files or --populate.
                """)
        }
        try requireNames()
        guard storeRoot == nil || storePaths != nil || !(storePath + closureInfo).isEmpty else {
            throw ValidationError(
                """
                --store-root says where store paths are: name them with --store-path, \
                --store-paths or --closure-info.
                """)
        }
        do { _ = try AttributePatterns(xattr) } catch {
            throw ValidationError("--xattr: \(error)")
        }
    }

    /// An empty path is a variable of a script that nobody set, never what is meant: some of these
    /// would take the current folder for it.
    private func requireNames() throws {
        let paths: [(option: String, values: [String?])] = [
            ("--root", [root]), ("--mtree", mtree), ("--uname-table", [unameTable]),
            ("--gname-table", [gnameTable]), ("--store-path", storePath),
            ("--store-paths", [storePaths]), ("--closure-info", closureInfo),
            ("--store-root", [storeRoot]), ("--files", files),
        ]
        for (option, values) in paths where values.contains("") {
            throw ValidationError("\(option) names nothing: its value is empty.")
        }
    }

    /// The sources as the library takes them.
    func list(for options: ImageOptions) throws -> SourceList {
        var list = SourceList()
        list.root = root.map { FilePath(argument: $0) }
        list.mtrees = mtree.map { FilePath(argument: $0) }
        if let unameTable { list.users = try AccountTable.read(FilePath(argument: unameTable)) }
        if let gnameTable { list.groups = try AccountTable.read(FilePath(argument: gnameTable)) }
        list.storePaths = storePath.map { ArgumentText.bytes($0) }
        if let storePaths {
            list.storePaths += try TextInput.lines(of: FilePath(argument: storePaths))
        }
        list.closureInfos = closureInfo.map { FilePath(argument: $0) }
        list.storeRoot = storeRoot.map { FilePath(argument: $0) }
        list.files = files.map { FilePath(argument: $0) }
        list.populate = populate.map { ArgumentText.bytes($0) }
        list.owner = owner
        list.hardLinks = hardLinks
        list.attributes = try AttributePatterns(xattr)
        list.strictStore = strictStore
        list.checksArchives = !noNarCheck
        list.epoch = options.identity.epoch
        list.keepsOlderTimes = options.timeStamps == .clamp
        return list
    }
}

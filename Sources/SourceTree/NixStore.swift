internal import HostSystem
public import SystemPackage

/// The Nix store of this machine that store paths are taken from.
///
/// A store path has two names: the one that everything inside the store uses, below ``directory``,
/// which is also its name in the image; and the place where its files are now, which is another one
/// when `NIX_REMOTE` names a store in a folder (`/mnt`, `local?root=/mnt`).
public struct NixStore: Sendable {
    public let directory: StoreDirectory
    /// The folder that the store is in, such as /mnt for /mnt/nix/store; nil for this machine's own.
    public let root: FilePath?
    /// What `nix-store` is run with; nil hands on our own environment.
    let environment: [String]?

    /// The store that this process's environment names.
    public static var current: NixStore {
        let names = ["NIX_STORE_DIR", "NIX_STORE", "NIX_REMOTE"]
        let pairs = names.compactMap { name in ProcessEnvironment[name].map { (name, $0) } }
        return NixStore(
            variables: Dictionary(uniqueKeysWithValues: pairs), environment: nil)
    }

    /// The store that the programs of Nix would use with exactly this environment.
    public init(environment: [String: String]) {
        let list = environment.map { "\($0.key)=\($0.value)" }.sorted()
        self.init(variables: environment, environment: list)
    }

    private init(variables: [String: String], environment: [String]?) {
        directory = StoreDirectory(environment: variables)
        root = Self.root(remote: variables["NIX_REMOTE"] ?? "")
        self.environment = environment
    }

    /// Where the files of a store path are on this machine.
    public func hostPath(of path: StorePath) -> FilePath {
        let path = FilePath(path.description)
        return root.map { $0.appending(path.components) } ?? path
    }

    /// The root that a store address has: `/mnt`, `local?root=/mnt` or `local://?root=/mnt`.
    private static func root(remote: String) -> FilePath? {
        if remote.hasPrefix("/") { return FilePath(remote) }
        let parts = remote.split(separator: "?", maxSplits: 1)
        guard parts.count == 2, parts[0] == "local" || parts[0] == "local://" else { return nil }
        let options = parts[1].split(separator: "&")
        return options.first { $0.hasPrefix("root=/") }.map { FilePath(String($0.dropFirst(5))) }
    }
}

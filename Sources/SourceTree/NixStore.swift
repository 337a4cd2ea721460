internal import HostSystem
public import SystemPackage

/// The Nix store of this machine that store paths are taken from.
///
/// A store path has two names: the one that everything inside the store uses, below ``directory``,
/// which is also its name in the image; and the place where its files are now, which is another one
/// when the store is in a folder, which Nix calls a chroot store: `NIX_REMOTE` names one (`/mnt`,
/// `local?root=/mnt`), or ``init(root:)``.
public struct NixStore: Sendable {
    public let directory: StoreDirectory
    /// The folder that the store is in, such as /mnt for /mnt/nix/store; nil for this machine's own.
    public let root: FilePath?
    /// What `nix-store` is run with; nil hands on our own environment.
    let environment: [String]?
    /// What `nix-store --store` is given; nil leaves it to the environment.
    let address: String?

    /// The variables of Nix that say where a store is (globals.cc).
    static let variableNames = ["NIX_STORE_DIR", "NIX_STORE", "NIX_REMOTE"]

    /// The store that this process's environment names.
    public static var current: NixStore {
        let pairs = variableNames.compactMap { name in
            ProcessEnvironment[name].map { (name, $0) }
        }
        return NixStore(
            variables: Dictionary(uniqueKeysWithValues: pairs), environment: nil)
    }

    /// The store that the programs of Nix would use with exactly this environment.
    public init(environment: [String: String]) {
        let list = environment.map { "\($0.key)=\($0.value)" }.sorted()
        self.init(variables: environment, environment: list)
    }

    /// The store below a folder, whatever the environment says: the files of /nix/store/… are at
    /// `root`/nix/store/…, and what Nix knows about them is in `root`/nix/var/nix.
    ///
    /// - Throws: ``SourceError/closure(_:)`` where there is no such folder. Nix would make it.
    public init(root: FilePath) throws(SourceError) {
        directory = .standard
        self.root = root
        environment = nil
        let store = root.appending(FilePath("nix/store").components)
        do throws(Errno) {
            address = Self.address(root: try root.withoutLinks())
        } catch {
            throw Self.noStore(root, FileError("open", root, error))
        }
        do throws(FileError) {
            let folder = try FileError.wrap("open", store) {
                try FileDescriptor.open(store, .readOnly, options: [.directory, .closeOnExec])
            }
            try? folder.close()
        } catch {
            throw Self.noStore(root, error)
        }
    }

    private static func noStore(_ root: FilePath, _ error: FileError) -> SourceError {
        .closure(
            "there is no Nix store in \(EscapedName(root)): \(error). "
                + "Name the folder that has nix/store in it")
    }

    /// `local?root=` and the path, in which every byte that could mean something there is escaped.
    private static func address(root: FilePath) -> String {
        root.bytes.reduce(into: "local?root=") { address, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "_"):
                address.unicodeScalars.append(UnicodeScalar(byte))
            default:
                address += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    private init(variables: [String: String], environment: [String]?) {
        directory = StoreDirectory(environment: variables)
        root = Self.root(remote: variables["NIX_REMOTE"] ?? "")
        self.environment = environment
        address = nil
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

/// The folder that store paths are in, as they name it: /nix/store, except where `NIX_STORE_DIR`
/// says otherwise.
public struct StoreDirectory: Hashable, Sendable {
    /// Absolute, without a final slash.
    public let path: [UInt8]

    /// /nix/store.
    public static let standard = StoreDirectory(path: Array("/nix/store".utf8))

    /// - Parameter path: absolute; a final slash is dropped.
    public init(path: some Collection<UInt8>) {
        var path = Array(path)
        while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
        self.path = path
    }

    /// The directory that the programs of Nix would use with these variables.
    ///
    /// - Parameter environment: `NIX_STORE_DIR` counts if it is absolute, then `NIX_STORE`, as in
    ///   Nix's globals.cc.
    public init(environment: [String: String]) {
        let given = ["NIX_STORE_DIR", "NIX_STORE"].lazy.compactMap { environment[$0] }
        if let path = given.first(where: { $0.hasPrefix("/") }) {
            self.init(path: path.utf8)
        } else {
            self = .standard
        }
    }
}

internal import HostSystem
public import SystemPackage

/// A set of store paths that holds everything its members mention, with its registration.
public struct Closure: Sendable {
    /// Sorted by their bytes, each once.
    public let paths: [StorePath]
    /// Exactly one record for each path.
    public let registration: Registration
    /// Where the paths are taken from.
    public let store: NixStore

    /// Puts a closure together and holds its two halves against each other.
    ///
    /// Records about other paths are left out, since they would tell the Nix of the image about
    /// paths that it has not got.
    ///
    /// - Throws: ``SourceError/closure(_:)`` for a path without a record, and for a reference to a
    ///   path outside: both would make `nix-store --load-db` fail, or worse, on the first boot.
    public init(
        paths: some Sequence<StorePath>, registration: Registration, store: NixStore
    ) throws(SourceError) {
        let members = Set(paths)
        self.paths = members.sorted()
        self.registration = registration.restricted(to: members)
        self.store = store
        for path in self.paths where self.registration[path] == nil {
            throw .closure(
                "\(path) is part of the closure, but its registration is missing. "
                    + "Make store-paths and registration in one go")
        }
        for record in self.registration.records {
            for reference in record.references where !members.contains(reference) {
                throw .closure(
                    "\(record.path) refers to \(reference), which is not part of the closure. "
                        + "List the whole closure, as nixpkgs' closureInfo does")
            }
        }
    }

    /// Both closures together.
    ///
    /// - Throws: ``SourceError/closure(_:)`` where they disagree about a path.
    public func union(_ other: Closure) throws(SourceError) -> Closure {
        var added: [Registration.Record] = []
        for record in other.registration.records {
            guard let own = registration[record.path] else {
                added.append(record)
                continue
            }
            guard own == record else {
                throw .closure("\(record.path) is registered in two ways by the sources given")
            }
        }
        let all = Registration(records: registration.records + added)
        return try Closure(paths: paths + other.paths, registration: all, store: store)
    }

    /// Reads a folder as nixpkgs' closureInfo makes it: `store-paths`, one path a line, and
    /// `registration`. Nix is not needed.
    ///
    /// - Throws: ``SourceError`` for files that cannot be read, for lines that are no store path, and
    ///   as ``init(paths:registration:store:)`` does.
    public static func read(
        closureInfo folder: FilePath, store: NixStore = .current
    ) throws(SourceError) -> Closure {
        let list = folder.appending("store-paths")
        let paths = try StorePath.parseList(
            try TextInput.read(list), file: EscapedName(list), store: store.directory)
        let file = folder.appending("registration")
        let registration = try Registration(
            parsing: try TextInput.read(file), file: EscapedName(file), store: store.directory)
        return try Closure(paths: paths, registration: registration, store: store)
    }
}

extension StorePath {
    /// Store paths, one a line; empty lines mean nothing.
    static func parseList(
        _ text: [UInt8], file: EscapedName, store: StoreDirectory
    ) throws(SourceError) -> [StorePath] {
        var paths: [StorePath] = []
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            guard let path = StorePath(line, in: store) else {
                let (found, folder) = (Excerpt(line), EscapedName(store.path))
                throw .malformed(
                    file: file, line: index + 1, reason: "\"\(found)\" is not a path in \(folder)")
            }
            paths.append(path)
        }
        return paths
    }
}

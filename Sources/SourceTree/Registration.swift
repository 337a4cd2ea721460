/// What Nix's database holds about store paths, as text: the file /nix-path-registration of an
/// image, which `nix-store --load-db` reads on the first boot.
public struct Registration: Hashable, Sendable {
    /// What is known about one store path.
    public struct Record: Hashable, Sendable {
        public let path: StorePath
        /// The hash of the path's Nix archive.
        public let hash: NarHash
        /// The length of the path's Nix archive, in bytes.
        public let narSize: UInt64
        /// The store paths that this one mentions, itself among them if it does; sorted, each once.
        public let references: [StorePath]

        public init(path: StorePath, hash: NarHash, narSize: UInt64, references: [StorePath]) {
            self.path = path
            self.hash = hash
            self.narSize = narSize
            let isSorted = zip(references, references.dropFirst()).allSatisfy { $0 < $1 }
            self.references = isSorted ? references : Set(references).sorted()
        }
    }

    /// In the order of their paths' bytes, each path once.
    public let records: [Record]

    /// Puts records into canonical order.
    ///
    /// - Precondition: no two records are about one path.
    public init(records: [Record]) {
        self.records = records.sorted { $0.path < $1.path }
        precondition(zip(self.records, self.records.dropFirst()).allSatisfy { $0.path != $1.path })
    }

    /// The record about `path`, by binary search.
    public subscript(path: StorePath) -> Record? {
        var (low, high) = (0, records.count)
        while low < high {
            let middle = (low + high) / 2
            if records[middle].path == path { return records[middle] }
            if records[middle].path < path { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// The records of `paths` alone.
    func restricted(to paths: Set<StorePath>) -> Registration {
        Registration(records: records.filter { paths.contains($0.path) })
    }

    /// The text that nixpkgs' closureInfo writes: for each path its name, the hash as `sha256:` and
    /// Nix's base 32, the archive's length, an empty line for the deriver, the count of references and
    /// the references, one a line. Records and references are sorted by their bytes.
    public var canonicalBytes: [UInt8] {
        var text: [UInt8] = []
        for record in records {
            text += record.path.bytes
            text += "\n\(record.hash)\n\(record.narSize)\n\n\(record.references.count)\n".utf8
            for reference in record.references { text += reference.bytes + [UInt8(ascii: "\n")] }
        }
        return text
    }
}

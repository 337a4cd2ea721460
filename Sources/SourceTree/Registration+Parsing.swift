public import HostSystem

extension Registration {
    /// Reads what closureInfo writes and what `nix-store --dump-db` prints. They have the same lines;
    /// the latter has hex hashes, and derivers, which are dropped: they depend on the history of the
    /// machine. Empty lines at the end and a missing final newline are let pass.
    ///
    /// - Parameters:
    ///   - text: the whole file.
    ///   - file: what the text is called in errors.
    ///   - store: the store that all paths must be in.
    /// - Throws: ``SourceError/malformed(file:line:reason:)`` for the first line that cannot be read.
    public init(
        parsing text: [UInt8], file: EscapedName, store: StoreDirectory = .standard
    ) throws(SourceError) {
        var parser = RegistrationParser(text: text, file: file, store: store)
        self.init(records: try parser.parse())
    }
}

private struct RegistrationParser {
    private let lines: [ArraySlice<UInt8>]
    private let file: EscapedName
    private let store: StoreDirectory
    /// The line that is read next, from 0.
    private var next = 0

    init(text: [UInt8], file: EscapedName, store: StoreDirectory) {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        while let last = lines.last, last.isEmpty { lines.removeLast() }
        self.lines = lines
        self.file = file
        self.store = store
    }

    mutating func parse() throws(SourceError) -> [Registration.Record] {
        var records: [Registration.Record] = []
        var seen: Set<StorePath> = []
        while next < lines.count {
            let line = next + 1
            let record = try parseRecord()
            guard seen.insert(record.path).inserted else {
                throw error(line, "\(record.path) is registered twice")
            }
            records.append(record)
        }
        return records
    }

    private mutating func parseRecord() throws(SourceError) -> Registration.Record {
        let path = try parsePath("the record of a store path")
        let hashText = try takeLine("the hash of \(path)")
        guard let hash = NarHash(text: hashText) else {
            throw error(next, "\"\(Excerpt(hashText))\" is not a SHA-256 as Nix writes it")
        }
        let narSize = try parseNumber("the archive size of \(path)")
        _ = try takeLine("the deriver of \(path) (an empty line where there is none)")
        let count = try parseNumber("the count of references of \(path)")
        guard count <= UInt64(lines.count - next) else {
            let left = lines.count - next
            throw error(next, "\(count) references are announced, but \(left) lines are left")
        }
        var references: [StorePath] = []
        for _ in 0..<count { references.append(try parsePath("a reference of \(path)")) }
        return Registration.Record(
            path: path, hash: hash, narSize: narSize, references: references)
    }

    private mutating func parsePath(_ what: String) throws(SourceError) -> StorePath {
        let line = try takeLine(what)
        guard let path = StorePath(line, in: store) else {
            let (found, folder) = (Excerpt(line), EscapedName(store.path))
            throw error(next, "expected \(what), but \"\(found)\" is not a path in \(folder)")
        }
        return path
    }

    private mutating func parseNumber(_ what: String) throws(SourceError) -> UInt64 {
        let line = try takeLine(what)
        guard let number = Digits.parse(line) else {
            throw error(next, "expected \(what), but \"\(Excerpt(line))\" is not a number")
        }
        return number
    }

    private mutating func takeLine(_ what: String) throws(SourceError) -> ArraySlice<UInt8> {
        guard next < lines.count else {
            throw error(next, "the text ends here, but \(what) must follow")
        }
        next += 1
        return lines[next - 1]
    }

    private func error(_ line: Int, _ reason: String) -> SourceError {
        .malformed(file: file, line: line, reason: reason)
    }
}

import HostSystem
public import SystemPackage

/// What a waiting golden would change, and the taking or leaving of it.
public struct GoldenReview: Sendable {
    public let paths: GoldenPaths
    public let old: GoldenFile
    public let new: GoldenFile
    /// The facts that change, by cause.
    public let changes: [Change]

    /// Reads `NAME.golden` and `NAME.golden.new`.
    ///
    /// - Throws: ``StoreError`` where one of them cannot be read.
    public init(_ path: FilePath) throws(StoreError) {
        let paths = GoldenPaths(path)
        self.paths = paths
        old = try GoldenStore.load(paths.text).golden
        new = try Self.read(paths.pending.text)
        changes = Self.changes(from: old, to: new)
    }

    /// Whether both were built from the same inputs; nil where one of them does not say.
    public var inputs: InputsAnswer? {
        guard old.inputs != nil, new.inputs != nil else { return nil }
        return InputsAnswer(known: old.inputs, here: new.inputs)
    }

    /// Whether a change waits for a person beside a golden.
    public static func isPending(_ path: FilePath) -> Bool {
        GoldenPaths(path).pending.text.isTaken
    }

    /// Which changes a person takes.
    public struct Acceptance: Sendable {
        public var causes: Set<Cause.Name>
        /// Escaped paths; all that is below one of them is taken too.
        public var paths: [String]
        public var takesAll: Bool

        public init(causes: Set<Cause.Name> = [], paths: [String] = [], takesAll: Bool = false) {
            self.causes = causes
            self.paths = paths
            self.takesAll = takesAll
        }

        /// Whether a change is taken. What follows from other changes needs no name of its own.
        func takes(_ change: Change) -> Bool {
            if takesAll || change.cause.isDerived || causes.contains(change.cause) { return true }
            guard let path = change.path else { return false }
            return paths.contains { accepted in
                path == accepted || accepted == "/"
                    || path.hasPrefix(accepted.hasSuffix("/") ? accepted : accepted + "/")
            }
        }
    }

    /// The changes that nobody has accepted.
    public func unaccepted(_ acceptance: Acceptance) -> [Change] {
        changes.filter { !acceptance.takes($0) }
    }

    /// Puts the waiting golden in the old one's place. The caller has seen to it that nothing is
    /// unaccepted.
    ///
    /// - Throws: ``StoreError`` where a file cannot be renamed.
    public func accept() throws(StoreError) {
        // The hashes first: the text pins them, so a golden between the two renames is only less
        // precise, never wrong.
        if paths.pending.blocks.isTaken {
            try GoldenStore.move(paths.pending.blocks, onto: paths.blocks)
        }
        try GoldenStore.move(paths.pending.text, onto: paths.text)
    }

    /// Removes what waits beside a golden.
    ///
    /// - Returns: whether there was something.
    /// - Throws: ``StoreError`` where it cannot be removed.
    public static func reject(_ path: FilePath) throws(StoreError) -> Bool {
        let pending = GoldenPaths(path).pending
        let waiting = [pending.text, pending.blocks].filter { $0.isTaken }
        for file in waiting {
            if let failure = GoldenStore.remove(file) { throw .file(failure) }
        }
        return !waiting.isEmpty
    }

    private static func read(_ path: FilePath) throws(StoreError) -> GoldenFile {
        let text = try GoldenStore.read(
            path, limit: GoldenParser.fileByteLimit, signature: GoldenParser.signature)
        return try GoldenStore.parse(text, from: path).golden
    }

    private static func changes(from old: GoldenFile, to new: GoldenFile) -> [Change] {
        var changes = GoldenComparison.changes(from: GoldenFacts(old), to: GoldenFacts(new))
        changes += metadata(from: old, to: new)
        if old.root != new.root, !changes.contains(where: { !$0.cause.isDerived }) {
            changes += GoldenComparison.classes(old.classes, new.classes).map { name, old, new in
                Change(
                    .unexplained, "class \(name)", old: old.map { "\($0.digest)" },
                    new: new.map { "\($0.digest)" })
            }
            changes.append(Change(.unexplained, "root", old: "\(old.root)", new: "\(new.root)"))
        }
        return changes
    }

    /// What is no fact of the image: it changes only on purpose.
    private static func metadata(from old: GoldenFile, to new: GoldenFile) -> [Change] {
        var changes: [Change] = []
        func promise(_ golden: GoldenFile) -> String? {
            golden.promise.map { "\($0.freeInodes) inodes, \($0.freeBytes) bytes" }
        }
        if old.promise != new.promise {
            changes.append(Change(.features, "promise", old: promise(old), new: promise(new)))
        }
        if old.waivers != new.waivers {
            changes.append(
                Change(
                    .features, "waivers", old: "\(old.waivers.count)",
                    new: "\(new.waivers.count)"))
        }
        return changes
    }
}

import HostSystem
public import ImageBytes
public import SystemPackage

/// What a waiting golden would change, and the taking or leaving of it.
public struct GoldenReview: Sendable {
    public let paths: GoldenPaths
    public let old: GoldenFile
    public let new: GoldenFile
    /// The facts that change, by cause.
    public let changes: [Change]

    /// The classes of owners whose digests part, whatever explains it.
    public let classes: [ClassChange]
    /// How many spans of 512 KiB part.
    public let differingSpans: Int
    /// Whether an image was at hand to explain what two goldens alone cannot.
    public let hasEvidence: Bool

    /// A class of owners that is another one.
    public struct ClassChange: Equatable, Sendable {
        public let name: String
        public let old: GoldenFile.OwnerClass?
        public let new: GoldenFile.OwnerClass?
    }

    /// The images that the goldens are of, as far as they are at hand: what explains more.
    public struct Evidence: Sendable {
        /// The image that the waiting golden is of.
        public let image: MappedImage
        /// The blessed image.
        public let blessed: MappedImage?

        public init(image: MappedImage, blessed: MappedImage? = nil) {
            self.image = image
            self.blessed = blessed
        }
    }

    /// Reads `NAME.golden` and `NAME.golden.new`.
    ///
    /// - Throws: ``StoreError`` where one of them cannot be read, or an image is not theirs.
    public init(
        _ path: FilePath, evidence: Evidence? = nil, jobs: Int = 1
    ) throws(StoreError) {
        let paths = GoldenPaths(path)
        self.paths = paths
        let loaded = try GoldenStore.load(paths.text)
        old = loaded.golden
        new = try Self.read(paths.pending.text)
        let (before, after) = (GoldenFacts(old), GoldenFacts(new))
        var changes: [Change]
        if let evidence {
            changes = try Self.changes(to: new, evidence, from: loaded, jobs: jobs)
        } else {
            let facts = FactChanges(old: before, new: after).all()
            changes = Accounting(from: before, to: after, facts: facts).changes()
        }
        changes += Self.metadata(from: old, to: new)
        self.changes = changes
        hasEvidence = evidence != nil
        classes = GoldenComparison.classes(old.classes, new.classes).map { name, old, new in
            ClassChange(name: name, old: old, new: new)
        }
        differingSpans = DifferingSpans(from: before, to: after).count
    }

    /// The changes as ``Verifier`` finds them, from the images.
    private static func changes(
        to new: GoldenFile, _ evidence: Evidence, from old: GoldenStore.Loaded, jobs: Int
    ) throws(StoreError) -> [Change] {
        let hasBlessed = evidence.blessed != nil
        let survey = try Self.survey(
            evidence.image, is: new, old.paths.pending.text, jobs,
            entries: !old.golden.entries.isEmpty || hasBlessed)
        var blessed: (image: MappedImage, survey: ImageSurvey)?
        if let image = evidence.blessed {
            let known = try Self.survey(image, is: old.golden, old.paths.text, jobs, entries: true)
            blessed = (image, known)
        }
        do {
            return try Explainer(
                survey: survey, image: evidence.image, golden: old, blessed: blessed, jobs: jobs
            ).explain().changes
        } catch { throw .digest(error) }
    }

    /// The survey of an image that must be the one a golden was taken of.
    private static func survey(
        _ image: MappedImage, is golden: GoldenFile, _ path: FilePath, _ jobs: Int, entries: Bool
    ) throws(StoreError) -> ImageSurvey {
        let survey: ImageSurvey
        do {
            survey = try ImageSurvey(of: image, jobs: jobs, entries: entries)
        } catch { throw .digest(error) }
        guard survey.digest.root == golden.root, survey.digest.byteCount == golden.imageBytes
        else { throw .otherImage(image.path, golden: path) }
        return survey
    }

    /// Whether both were built from the same inputs; nil where one of them does not say.
    public var inputs: InputsAnswer? {
        guard old.inputs != nil, new.inputs != nil else { return nil }
        return InputsAnswer(known: old.inputs, here: new.inputs)
    }

    /// Throws where there is neither a golden of that name nor one that waits.
    public static func requireGolden(_ path: FilePath) throws(StoreError) {
        guard path.isTaken || isPending(path) else {
            throw .file(FileError("open", path, .noSuchFileOrDirectory))
        }
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
    /// - Throws: ``StoreError`` where a file cannot be renamed, or the hashes that would lie beside
    ///   the golden are not those that it names.
    public func accept() throws(StoreError) {
        let waits = paths.pending.blocks.isTaken
        let source = waits ? paths.pending.blocks : paths.blocks
        if new.blocks != nil, source.isTaken {
            let (_, flaw) = StoredBlocks(at: source).blocks(for: new)
            if let flaw { throw .foreignHashes(source, flaw) }
        }
        // The hashes first: the text pins them, so a golden between the two renames is only less
        // precise, never wrong.
        if new.blocks == nil {
            if let failure = GoldenStore.remove(paths.blocks) { throw .file(failure) }
        } else if waits {
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

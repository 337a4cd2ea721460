public import Ext4Image

/// A golden that was just taken of an image, with the hashes that go into its second file.
public struct Recording: Equatable, Sendable {
    public var golden: GoldenFile
    public let blocks: BlocksFile

    /// What a golden says beside what can be seen in the image.
    public struct Extras: Equatable, Sendable {
        public var layout: Int?
        public var inputs: GoldenFile.Inputs?
        public var promise: GoldenFile.Promise?
        public var waivers: [Waiver]

        public init(
            layout: Int? = nil, inputs: GoldenFile.Inputs? = nil,
            promise: GoldenFile.Promise? = nil, waivers: [Waiver] = []
        ) {
            self.layout = layout
            self.inputs = inputs
            self.promise = promise
            self.waivers = waivers
        }

        /// What another golden says, for one that takes its place.
        public init(of golden: GoldenFile) {
            self.init(
                layout: golden.layout, inputs: golden.inputs, promise: golden.promise,
                waivers: golden.waivers)
        }
    }

    /// Takes a golden of a survey that has the plain digest and the hash of every block.
    ///
    /// - Throws: ``RecordError`` where the image is no file system that can be read as a whole.
    public init(of survey: ImageSurvey, _ extras: Extras = Extras()) throws(RecordError) {
        if let error = survey.imageError { throw .image(error) }
        guard let classes = survey.classes else { throw .tooManyExtents }
        let tree: TreeDigest
        switch survey.tree {
        case .success(let digest): tree = digest
        case .failure(let error): throw .tree(error)
        case nil: preconditionFailure("a survey without a tree has the error of its image")
        }
        try self.init(
            survey.digest, superblock: survey.superblock, groups: survey.groups, classes: classes,
            tree: tree.tree, entries: tree.entries, extras)
    }

    /// Takes a golden of an image whose builder knows what it has written, beside the superblock and the
    /// groups, which are read.
    ///
    /// - Parameters:
    ///   - image: the image.
    ///   - digest: the plain digest among it, and the hash of every block.
    ///   - classes: of all owners.
    ///   - tree: the digest of what a mounted file system shows.
    ///   - extras: what cannot be seen in the image.
    /// - Throws: ``RecordError/noPlainDigest``.
    public init(
        ofBuilt image: Ext4Image, _ digest: ImageDigest, classes: [GoldenFile.OwnerClass],
        tree: GoldenFile.Tree, _ extras: Extras
    ) throws(RecordError) {
        try self.init(
            digest, superblock: SuperblockFacts.facts(of: image.superblock),
            groups: GroupFacts.facts(of: image), classes: classes, tree: tree, entries: [], extras)
    }

    private init(
        _ digest: ImageDigest, superblock: [GoldenFile.Fact], groups: [GoldenFile.Group],
        classes: [GoldenFile.OwnerClass], tree: GoldenFile.Tree, entries: [GoldenFile.Entry],
        _ extras: Extras
    ) throws(RecordError) {
        guard let sha256 = digest.sha256 else { throw .noPlainDigest }
        blocks = BlocksFile(
            imageBytes: digest.byteCount, root: digest.root, hashes: digest.blockHashes)
        golden = GoldenFile(
            imageBytes: digest.byteCount, sha256: sha256, root: digest.root,
            blocks: .init(
                count: UInt64(blocks.hashes.blockCount), digest: blocks.digest),
            layout: extras.layout, inputs: extras.inputs, promise: extras.promise,
            superblock: superblock, groups: groups, classes: classes, tree: tree, entries: entries,
            spans: digest.spans.map { .init(index: $0.index, digest: $0.digest) },
            waivers: extras.waivers)
    }
}

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
        guard let sha256 = survey.digest.sha256 else { throw .noPlainDigest }
        guard let classes = survey.classes else { throw .tooManyExtents }
        let tree: TreeDigest
        switch survey.tree {
        case .success(let digest): tree = digest
        case .failure(let error): throw .tree(error)
        case nil: preconditionFailure("a survey without a tree has the error of its image")
        }
        blocks = BlocksFile(
            imageBytes: survey.digest.byteCount, root: survey.digest.root,
            hashes: survey.digest.blockHashes)
        golden = GoldenFile(
            imageBytes: survey.digest.byteCount, sha256: sha256, root: survey.digest.root,
            blocks: .init(
                count: UInt64(blocks.hashes.blockCount), digest: SHA256Digest(of: blocks.bytes)),
            layout: extras.layout, inputs: extras.inputs, promise: extras.promise,
            superblock: survey.superblock, groups: survey.groups, classes: classes, tree: tree.tree,
            entries: tree.entries,
            spans: survey.digest.spans.map { .init(index: $0.index, digest: $0.digest) },
            waivers: extras.waivers)
    }
}

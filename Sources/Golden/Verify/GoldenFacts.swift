/// What a golden says of an image, be it read from a file or just seen: the one thing that verifying
/// and reviewing compare, so that both name the same causes.
struct GoldenFacts {
    let imageBytes: UInt64
    let root: SHA256Digest
    let superblock: [GoldenFile.Fact]
    let groups: [GoldenFile.Group]
    /// Nil where it is not known.
    let classes: [GoldenFile.OwnerClass]?
    let tree: GoldenFile.Tree?
    /// A line for each name; empty where there are none.
    var entries: [GoldenFile.Entry]
    let spans: [GoldenFile.Span]

    init(_ golden: GoldenFile) {
        imageBytes = golden.imageBytes
        root = golden.root
        superblock = golden.superblock
        groups = golden.groups
        classes = golden.classes
        tree = golden.tree
        entries = golden.entries
        spans = golden.spans
    }

    init(_ survey: ImageSurvey) {
        let seen = try? survey.tree?.get()
        imageBytes = survey.digest.byteCount
        root = survey.digest.root
        superblock = survey.superblock
        groups = survey.groups
        classes = survey.classes
        tree = seen?.tree
        entries = seen?.entries ?? []
        spans = survey.digest.spans.map { .init(index: $0.index, digest: $0.digest) }
    }

    /// Whether there is a line for each name.
    var hasNames: Bool { !entries.isEmpty }

    func owner(_ name: OwnerClassName) -> GoldenFile.OwnerClass? {
        classes?.first { $0.name == name.rawValue }
    }

    /// The value of a field of the superblock.
    func field(_ name: String) -> String? { superblock.first { $0.name == name }?.value }
}

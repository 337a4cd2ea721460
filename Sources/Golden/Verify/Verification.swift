/// What the gate found out about one image. It is data: reports show it, nothing is printed here.
public struct Verification: Equatable, Sendable {
    /// How much differs.
    public struct Extent: Equatable, Sendable {
        /// Spans of 512 KiB that differ.
        public let spans: Int
        /// Blocks of 4 KiB that differ; nil where only the spans are known.
        public let blocks: UInt64?
    }

    /// The first place at which the image is not the blessed one.
    public struct FirstDifference: Equatable, Sendable {
        /// Bytes from the start of the image: of the byte, the field or the block, as far as known.
        public let offset: UInt64
        /// The block of the file system.
        public let block: UInt64
        /// Whose it is, in words; names in it are escaped.
        public let owner: String
        /// A sentence for people, with what stands there as far as it is known.
        public let sentence: String
    }

    /// Differing blocks by the class of their owner.
    public struct OwnerCount: Equatable, Sendable {
        public let name: String
        public let blocks: UInt64
    }

    /// The image, escaped.
    public var image: String
    /// The golden, escaped; nil where there was none.
    public var golden: String?
    /// SHA-256 of the golden's text.
    public var goldenDigest: SHA256Digest?
    public var verdict: Verdict
    public var byteCount: UInt64 = 0
    /// The size of the blessed image; 0 where there is no golden.
    public var goldenByteCount: UInt64 = 0
    public var root: SHA256Digest?
    public var sha256: SHA256Digest?
    /// SHA-256 of the file that the image was taken from, where that is a compressed one or a disk.
    public var fileSHA256: SHA256Digest?
    public var facets: [Facet] = []
    public var extent: Extent?
    public var firstDifference: FirstDifference?
    public var owners: [OwnerCount] = []
    public var causes: [Cause] = []
    public var slack: StructureReport.Slack?
    /// What the golden says of its inputs.
    public var goldenInputs: GoldenFile.Inputs?
    /// Whether the inputs at hand are those of the golden, where that was asked.
    public var inputs: InputsAnswer?
    /// Findings that were let pass, each with its waiver.
    public var waived: [String] = []
    /// What a careful reader should be told.
    public var warnings: [String] = []
    /// What to do next.
    public var hints: [String] = []

    /// The first facet in which bytes that are the blessed ones do not show what the golden says of
    /// them; nil where the golden agrees with itself, or the bytes are others.
    var contradiction: Facet? {
        guard verdict == .identical || verdict == .policy else { return nil }
        return facets.first {
            $0.status == .failed
                && [.spans, .superblock, .groups, .classes, .tree].contains($0.kind)
        }
    }

    public init(image: String, golden: String?, verdict: Verdict) {
        self.image = image
        self.golden = golden
        self.verdict = verdict
    }
}

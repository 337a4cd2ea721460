/// The gate's outcome for all images of one run.
public struct VerifySummary: Sendable {
    /// An image about which nothing can be said, and why.
    public struct Trouble: Equatable, Sendable {
        /// The image, escaped.
        public let image: String
        public let message: String
        /// Whether the golden is at fault, and not the image.
        public let isOfGolden: Bool

        public init(image: String, message: String, isOfGolden: Bool = false) {
            self.image = image
            self.message = message
            self.isOfGolden = isOfGolden
        }
    }

    public var verifications: [Verification]
    public let troubles: [Trouble]

    public init(_ verifications: [Verification], troubles: [Trouble] = []) {
        self.verifications = verifications
        self.troubles = troubles
    }

    /// 2 where there is trouble, else that of the most serious verdict.
    public var exitStatus: Int32 {
        troubles.isEmpty ? Verdict.exitStatus(of: verifications.map(\.verdict)) : 2
    }

    /// Stops `git bisect run`: nothing tells good from bad.
    public static let bisectAbort: Int32 = 255

    /// What `git bisect run` reads: 0 good, 1 bad, 125 to skip a commit whose image cannot be read,
    /// 255 to stop, where no golden can tell good from bad.
    public var bisectStatus: Int32 {
        if verifications.contains(where: { $0.golden == nil })
            || troubles.contains(where: \.isOfGolden)
        {
            return Self.bisectAbort
        }
        if verifications.contains(where: { $0.verdict != .identical }) { return 1 }
        return troubles.isEmpty ? 0 : 125
    }

    /// Images that did not come out as they should.
    public var failedCount: Int {
        verifications.count { $0.verdict != .identical } + troubles.count
    }

    /// All images of the run.
    public var count: Int { verifications.count + troubles.count }
}

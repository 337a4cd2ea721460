import Ext4Image
import HostSystem
public import ImageBytes

/// The release gate: holds an image against its golden and makes every comparison there is.
public struct Verifier: Sendable {
    public var jobs: Int
    /// Whether only size and root are compared.
    public var isQuick = false
    /// Whether the plain SHA-256 is compared as well, which takes one thread's whole pass.
    public var comparesSHA256 = false
    public var policy = Policy()
    /// The day that waivers are held against.
    public var today: CalendarDay
    /// The checker, which gives findings, slack and, where asked for, lint of an image.
    public var check: Check

    /// A checker of images.
    public typealias Check =
        @Sendable (_ image: MappedImage, _ jobs: Int, _ lint: Bool) -> StructureReport

    public init(
        jobs: Int, today: CalendarDay,
        check: @escaping Check = { StructureReport(checking: $0, jobs: $1, lint: $2) }
    ) {
        self.jobs = jobs
        self.today = today
        self.check = check
    }

    /// The outcome, with the survey that a new golden can be taken from.
    public struct Outcome: Sendable {
        public let verification: Verification
        /// Nil after a quick pass.
        public let survey: ImageSurvey?
    }

    /// Verifies one image. `blessed` is the image that the golden was taken of, where it is at hand.
    ///
    /// - Throws: ``DigestError`` where the bytes cannot be read.
    public func verify(
        _ image: MappedImage, named name: String, against golden: GoldenStore.Loaded,
        called goldenName: String, blessed: MappedImage? = nil
    ) throws(DigestError) -> Outcome {
        if isQuick { return try quick(image, named: name, golden, called: goldenName) }
        let (survey, structure) = try surveyAndCheck(
            image, entries: !golden.golden.entries.isEmpty || blessed != nil)
        var result = Verification(image: name, golden: goldenName, verdict: .identical)
        result.warnings = golden.warnings
        result.goldenDigest = golden.digest
        result.goldenInputs = golden.golden.inputs
        result.goldenByteCount = golden.golden.imageBytes
        fill(&result, survey.digest)
        var ledger = WaiverLedger(golden.golden.waivers + policy.waivers, today: today)
        let comparison = FacetComparison(golden: golden.golden, survey: survey)
        result.facets = comparison.facets(comparesSHA256: comparesSHA256)
        let gate = PolicyGate(
            promise: golden.golden.promise, policy: policy, structure: structure,
            imageError: survey.imageError)
        result.facets += gate.facets(&ledger)
        result.slack = structure.slack
        if !comparison.isIdentical {
            try explain(&result, image, survey, golden, blessed: blessed)
        }
        result.verdict = Self.verdict(result.facets, isIdentical: comparison.isIdentical)
        result.waived = ledger.effective
        result.warnings += ledger.warnings
        return Outcome(verification: result, survey: survey)
    }

    /// What can be said of an image that there is no golden of: its digest, whether it is sound, and
    /// whether the policy is met.
    ///
    /// - Throws: ``DigestError`` where the bytes cannot be read.
    func verify(_ image: MappedImage, named name: String) throws(DigestError) -> Verification {
        var result = Verification(image: name, golden: nil, verdict: .noGolden)
        fill(
            &result,
            try ImageDigest.compute(of: image, jobs: jobs, plain: comparesSHA256))
        guard !isQuick else { return result }
        let structure = check(image, jobs, !policy.lint.isEmpty)
        var ledger = WaiverLedger(policy.waivers, today: today)
        let reading = Result { () throws(ImageError) in try Ext4Image(image) }
        var unreadable: ImageError?
        if case .failure(let error) = reading { unreadable = error }
        result.facets = PolicyGate(
            promise: nil, policy: policy, structure: structure, imageError: unreadable
        ).facets(&ledger)
        result.slack = structure.slack
        let verdict = Self.verdict(result.facets, isIdentical: true)
        if verdict != .identical { result.verdict = verdict }
        result.waived = ledger.effective
        result.warnings = ledger.warnings
        return result
    }

    /// Runs the survey and the checker side by side: each has parts that one thread must do alone.
    private func surveyAndCheck(
        _ image: MappedImage, entries: Bool
    ) throws(DigestError) -> (ImageSurvey, StructureReport) {
        let (survey, report) = ThreadTeam.both(workers: jobs) {
            Result { () throws(DigestError) in
                try ImageSurvey(of: image, jobs: jobs, plain: comparesSHA256, entries: entries)
            }
        } _: {
            check(image, jobs, !policy.lint.isEmpty)
        }
        return (try survey.get(), report)
    }

    private func quick(
        _ image: MappedImage, named name: String, _ golden: GoldenStore.Loaded,
        called goldenName: String
    ) throws(DigestError) -> Outcome {
        let digest = try ImageDigest.compute(of: image, jobs: jobs, plain: comparesSHA256)
        var result = Verification(image: name, golden: goldenName, verdict: .identical)
        result.warnings = golden.warnings
        result.goldenDigest = golden.digest
        result.goldenInputs = golden.golden.inputs
        result.goldenByteCount = golden.golden.imageBytes
        fill(&result, digest)
        result.facets = FacetComparison.quick(
            golden.golden, digest, comparesSHA256: comparesSHA256)
        let isIdentical = result.facets.allSatisfy { $0.status != .failed }
        result.verdict = isIdentical ? .identical : .different
        if !isIdentical {
            result.hints = ["verify it without --quick to see which blocks differ"]
        }
        return Outcome(verification: result, survey: nil)
    }

    private func fill(_ result: inout Verification, _ digest: ImageDigest) {
        result.byteCount = digest.byteCount
        result.root = digest.root
        result.sha256 = digest.sha256
    }

    private func explain(
        _ result: inout Verification, _ image: MappedImage, _ survey: ImageSurvey,
        _ golden: GoldenStore.Loaded, blessed: MappedImage?
    ) throws(DigestError) {
        var other: (image: MappedImage, survey: ImageSurvey)?
        if let blessed {
            let known = try ImageSurvey(of: blessed, jobs: jobs, entries: true)
            if known.digest.root == golden.golden.root {
                other = (blessed, known)
            } else {
                result.warnings.append(
                    "the image given with --against is not the one that the golden was taken of; "
                        + "it was not used")
            }
        }
        let explanation = try Explainer(
            survey: survey, image: image, golden: golden, blessed: other, jobs: jobs
        ).explain()
        result.extent = explanation.extent
        result.firstDifference = explanation.firstDifference
        result.owners = explanation.owners
        result.causes = explanation.causes
    }

    private static func verdict(_ facets: [Facet], isIdentical: Bool) -> Verdict {
        func fails(_ kinds: [Facet.Kind]) -> Bool {
            facets.contains { kinds.contains($0.kind) && $0.status == .failed }
        }
        if fails([.structure]) { return .invalid }
        if !isIdentical { return .different }
        return fails([.promise, .slack, .lint]) ? .policy : .identical
    }
}

import HostSystem
public import ImageBytes
public import SystemPackage

/// Verifies any number of images, each against its golden. One image's trouble does not keep the
/// others from being verified.
public struct Gate: Sendable {
    public var verifier: Verifier
    /// The golden of all images; nil to find each by its name.
    public var golden: FilePath?
    public var finder: GoldenFinder
    /// The blessed image itself, where it is at hand.
    public var blessed: FilePath?
    /// Which part of each file is the file system.
    public var part: ImageSource.Part
    /// A compressed image that expands to more bytes is refused.
    public var expansionLimit: UInt64
    /// Whether a mismatch leaves `NAME.golden.new` for a person to review.
    public var leavesPending: Bool

    public init(
        verifier: Verifier, golden: FilePath? = nil, finder: GoldenFinder,
        blessed: FilePath? = nil, part: ImageSource.Part = .whole,
        expansionLimit: UInt64 = ImageSource.standardExpansionLimit, leavesPending: Bool
    ) {
        self.verifier = verifier
        self.golden = golden
        self.finder = finder
        self.blessed = blessed
        self.part = part
        self.expansionLimit = expansionLimit
        self.leavesPending = leavesPending
    }

    /// Verifies the images in their order.
    public func run(_ images: [FilePath]) -> VerifySummary {
        var verifications: [Verification] = []
        var troubles: [VerifySummary.Trouble] = []
        var pending = PendingOwners()
        for image in images {
            do throws(GateError) {
                verifications.append(try verify(image, &pending))
            } catch {
                troubles.append(
                    .init(
                        image: EscapedName(image).description, message: error.description,
                        isOfGolden: error.isOfGolden))
            }
        }
        return VerifySummary(verifications, troubles: troubles)
    }

    private func verify(
        _ path: FilePath, _ pending: inout PendingOwners
    ) throws(GateError) -> Verification {
        let name = EscapedName(path).description
        guard let golden = golden ?? finder.golden(of: path) else {
            let image = try open(path)
            var result = try checked { try verifier.verify(image, named: name) }
            try checked { try image.checkIntact() }
            result.fileSHA256 = try fileSHA256(of: path)
            let places = finder.candidates(for: path).map { EscapedName($0).description }
            result.hints = [
                "no golden at \(places.joined(separator: ", ")); "
                    + "assay golden record makes one of an image that you trust"
            ]
            return result
        }
        let loaded = try GateError.golden { () throws(StoreError) in
            try GoldenStore.load(golden, jobs: verifier.jobs)
        }
        let image = try open(path)
        let blessed = try openBlessed()
        let outcome: Verifier.Outcome
        outcome = try checked {
            try verifier.verify(
                image, named: name, against: loaded,
                called: EscapedName(golden).description, blessed: blessed)
        }
        try checked {
            try image.checkIntact()
            try blessed?.checkIntact()
        }
        var result = outcome.verification
        result.fileSHA256 = try fileSHA256(of: path)
        if let facet = result.contradiction, !loaded.isNewer {
            throw .contradiction(golden: EscapedName(golden).description, facet)
        }
        if let hint = diskHint(image, outcome) { result.hints.append(hint) }
        if result.extent != nil { result.hints.append(diffHint(path)) }
        return leave(result, image, loaded, &pending)
    }

    /// What to say of a whole disk that was given without the part that holds the file system.
    private func diskHint(_ image: MappedImage, _ outcome: Verifier.Outcome) -> String? {
        let start = image.slice.copy(0..<min(image.count, LookAlikes.byteCount))
        guard outcome.verification.verdict != .identical, outcome.survey?.image == nil,
            case .whole = part, LookAlikes.of(start) == .disk
        else { return nil }
        return "this is a disk: --partition N tells which part of it is the file system"
    }

    /// The command that tells more than a golden can.
    private func diffHint(_ image: FilePath) -> String {
        let image = ShellWord(image)
        guard let blessed else {
            return "with the blessed image: assay diff BLESSED-IMAGE \(image), "
                + "or this command with --against BLESSED-IMAGE"
        }
        return "assay diff \(ShellWord(blessed)) \(image) shows every structure that differs"
    }

    /// Runs what reads an image.
    private func checked<Result>(_ body: () throws -> Result) throws(GateError) -> Result {
        do { return try body() } catch let error as DigestError {
            throw .digest(error)
        } catch let error as FileError {
            throw .digest(.file(error))
        } catch {
            preconditionFailure("reading an image throws nothing else: \(error)")
        }
    }

    /// The SHA-256 of the file as it lies there, where that is not the image itself, for those who
    /// hold the file against a statement.
    private func fileSHA256(of path: FilePath) throws(GateError) -> SHA256Digest? {
        guard verifier.comparesSHA256 else { return nil }
        return try checked {
            let file = try MappedImage(path: path)
            guard part != .whole || ImageSource.isCompressed(file) else { return nil }
            return try ImageDigest.compute(of: file, jobs: verifier.jobs, plain: true).sha256
        }
    }

    private func openBlessed() throws(GateError) -> MappedImage? {
        guard let blessed else { return nil }
        do throws(GateError) {
            do throws(GateError) { return try open(blessed) } catch {
                // The image of which one on a disk was made lies in a file of its own, as a rule.
                guard case .image(.noPartition(_, let present)) = error, present.isEmpty else {
                    throw error
                }
                return try open(blessed, .whole)
            }
        } catch {
            throw .blessed("\(EscapedName(blessed)), given with --against: \(error)")
        }
    }

    private func open(
        _ path: FilePath, _ part: ImageSource.Part? = nil
    ) throws(GateError) -> MappedImage {
        let source = ImageSource(
            path: path, part: part ?? self.part, workers: verifier.jobs,
            expansionLimit: expansionLimit)
        let image: MappedImage
        do { image = try source.open() } catch { throw .image(error) }
        do { try ImageMixUp.refuse(image) } catch { throw .mixUp(error) }
        return image
    }

    /// Leaves a golden for review beside the old one, after a mismatch.
    private func leave(
        _ verification: Verification, _ image: MappedImage, _ golden: GoldenStore.Loaded,
        _ pending: inout PendingOwners
    ) -> Verification {
        var result = verification
        let text = EscapedName(golden.paths.text)
        if verification.verdict == .identical, pending.owner(of: golden.paths) == nil,
            golden.paths.pending.text.isTaken
        {
            // It may be another image's: whoever it belongs to decides.
            let name = ShellWord(golden.paths.text)
            result.hints.append(
                "\(text).new still waits, from an earlier run: assay golden review \(name), or "
                    + "assay golden reject \(name)")
        }
        guard leavesPending, verification.verdict == .different else { return result }
        if let owner = pending.owner(of: golden.paths), owner.root != result.root {
            result.warnings.append("\(text).new is of \(owner.image), not of this image")
            return result
        }
        do {
            _ = try PendingGolden.leave(image, beside: golden, jobs: verifier.jobs)
            pending.take(golden.paths, for: result)
            result.hints.append(
                "if the change is wanted: assay golden review \(ShellWord(golden.paths.text)), "
                    + "then assay golden accept; --image and --against explain more there")
        } catch {
            result.warnings.append("\(text).new was not written: \(error)")
        }
        return result
    }
}

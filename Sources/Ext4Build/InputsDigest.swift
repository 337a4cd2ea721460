public import Golden
public import SourceTree

/// The digests of a recipe and of its sources: what a golden's `inputs` line says.
public struct InputsDigest: Sendable {
    private let sources: SourceList.Assembly
    private let options: ImageOptions

    public init(_ sources: SourceList.Assembly, _ options: ImageOptions) {
        self.sources = sources
        self.options = options
    }

    /// The digests without building anything. Every file that would go in is read.
    ///
    /// - Throws: ``SourceError`` for what cannot be read.
    public func inputs(jobs: Int) throws(SourceError) -> GoldenFile.Inputs {
        inputs(sources: try SourceDigest(sources.tree, options).digest(jobs: jobs))
    }

    /// The same where the sources' digest is known.
    func inputs(sources digest: SHA256Digest) -> GoldenFile.Inputs {
        GoldenFile.Inputs(
            recipe: SHA256Digest(of: RecipeText(options, sources.list).bytes), sources: digest)
    }
}

public import Golden

/// A finished build.
public struct BuildResult: Sendable {
    public let plan: Plan
    /// The digests of the image, where they were asked for.
    public let digest: ImageDigest?
    /// The size of the output file: the image's own, or that of its compressed form.
    public let outputByteCount: UInt64
    /// How long each phase took, in the order in which they ran.
    public let phases: [(phase: BuildProgress.Phase, duration: Duration)]
}

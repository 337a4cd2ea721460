public import Golden

/// A finished build.
public struct BuildResult: Sendable {
    public let plan: Plan
    /// The dm-verity root of the image, where digests were asked for.
    public let root: SHA256Digest?
    /// The plain SHA-256 of the image, where digests were asked for.
    public let sha256: SHA256Digest?
    /// The size of the output file: the image's own, or that of its compressed form.
    public let outputByteCount: UInt64
    /// How long each phase took, in the order in which they ran.
    public let phases: [(phase: BuildProgress.Phase, duration: Duration)]
}

public import SystemPackage

/// What a build is to make of a plan.
public struct BuildRequest: Sendable {
    public var output: FilePath
    /// The level of zstd to compress with; nil leaves the image as it is.
    public var compressionLevel: Int?
    /// Threads that read, copy, hash and compress. They have no influence on any byte.
    public var jobs = 1
    /// Whether the root and the plain SHA-256 of the image are wanted.
    public var digest = false
    /// Whether the finished image is checked before it gets its name.
    public var check = true

    public init(output: FilePath) { self.output = output }

    /// The level that `zstd` has as its own default.
    public static let defaultCompressionLevel = 3
}

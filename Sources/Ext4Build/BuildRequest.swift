public import SystemPackage

/// What a build is to make of its sources.
public struct BuildRequest: Sendable {
    /// A golden that is written together with the image.
    public struct Golden: Sendable {
        public var path: FilePath
        /// Whether a golden of this name may be replaced.
        public var replaces = false

        public init(path: FilePath) { self.path = path }
    }

    public var output: FilePath
    /// The level of zstd to compress with; nil leaves the image as it is.
    public var compressionLevel: Int?
    /// Threads that read, copy, hash and compress. They have no influence on any byte.
    public var jobs = 1
    /// Whether the root and the plain SHA-256 of the image are wanted. A golden has them anyway.
    public var digest = false
    public var golden: Golden?
    /// Whether the finished image is checked before it gets its name.
    public var check = true

    public init(output: FilePath) { self.output = output }

    /// The level that `zstd` has as its own default.
    public static let defaultCompressionLevel = 3

    var wantsDigest: Bool { digest || golden != nil }
}

internal import Golden
internal import HostSystem
internal import ImageBytes

/// Hashes an image while its data is copied: each block for the tree, and all of it as one message.
///
/// The message wants the bytes in the order of the image, and so leaves need not be kept. What is not data
/// is written before any data is: it is read back when its turn comes, and what is never written is zeros.
/// One thread at a time may call.
final class ImageHasher: @unchecked Sendable {
    /// Blocks that are read back at once.
    private static let capacity: UInt64 = 128
    /// Blocks after which whoever watches hears that it goes on.
    private static let stride: UInt64 = 4_096

    private let image: OutputFile
    private let byteCount: UInt64
    /// Runs of blocks in rising order, none of which touch.
    private let data, zeros: [Range<UInt64>]
    private var digest: RisingDigest
    /// What is wanted of the blocks beside the digest.
    private var leaves: GoldenLeaves?
    private var nextRun = 0
    private var nextZeros = 0
    private lazy var buffer = PageBuffer(byteCount: Int(Self.capacity * Geometry.blockSize))

    /// Hashes an image of a plan; for a golden of it, or only for its digest.
    convenience init(_ plan: Plan, _ image: OutputFile, isForGolden: Bool) {
        self.init(
            image, byteCount: plan.byteCount, data: plan.data, zeros: plan.unwritten,
            leaves: isForGolden ? GoldenLeaves(plan) : nil)
    }

    /// - Parameters:
    ///   - image: holds everything but its data, which comes in pieces.
    ///   - byteCount: its size, whole blocks.
    ///   - data: where the data lies, in any order.
    ///   - zeros: blocks that are known to be zeros, in any order.
    ///   - leaves: takes the leaves of all other blocks.
    init(
        _ image: OutputFile, byteCount: UInt64, data: [Range<UInt64>], zeros: [Range<UInt64>],
        leaves: GoldenLeaves? = nil
    ) {
        digest = RisingDigest(byteCount: byteCount, wantsBlocks: leaves != nil)
        self.leaves = leaves
        self.image = image
        self.byteCount = byteCount
        self.data = data.joinedRuns()
        self.zeros = zeros.joinedRuns()
    }

    /// All blocks before this one are hashed.
    private var position: UInt64 { digest.position }

    /// The first block of data that is not hashed; nil where there is none.
    var nextData: UInt64? {
        guard nextRun < data.count else { return nil }
        return max(position, data[nextRun].lowerBound)
    }

    /// Takes blocks of data, of which the first one is ``nextData``.
    func add(_ bytes: RawSpan) throws(BuildError) {
        guard let start = nextData else { preconditionFailure("there is no more data") }
        try hashStructures(upTo: start)
        hash(bytes)
    }

    /// Takes as many blocks of data from where they were written.
    func addWritten(blockCount count: UInt64) throws(BuildError) {
        guard let start = nextData else { preconditionFailure("there is no more data") }
        try hashStructures(upTo: start)
        try readBack(upTo: start + count)
    }

    /// How much is left to hash.
    var remainingByteCount: UInt64 { byteCount - position * Geometry.blockSize }

    /// What the image comes to, when all data has come; with what is wanted for a golden.
    ///
    /// `advance` is called with how many bytes further it is: the zeros of a large image take a while.
    func finish(
        advance: (UInt64) -> Void = { _ in }
    ) throws(BuildError) -> (image: ImageDigest, golden: GoldenLeaves.Digests?) {
        precondition(nextData == nil, "all data has come")
        let end = byteCount / Geometry.blockSize
        while position < end {
            let start = position
            try hashStructures(upTo: min(end, start + Self.stride))
            advance((position - start) * Geometry.blockSize)
        }
        return (digest.finish(), leaves?.finish())
    }

    private func hashStructures(upTo end: UInt64) throws(BuildError) {
        while position < end {
            while nextZeros < zeros.count, zeros[nextZeros].upperBound <= position {
                nextZeros += 1
            }
            let run =
                nextZeros < zeros.count ? zeros[nextZeros].clamped(to: position..<end) : end..<end
            try readBack(upTo: run.isEmpty ? end : run.lowerBound)
            digest.addZeros(upTo: run.upperBound)
            passData()
        }
    }

    private func readBack(upTo end: UInt64) throws(BuildError) {
        while position < end {
            let count = min(Self.capacity, end - position)
            let bytes = unsafe UnsafeMutableRawBufferPointer(
                rebasing: buffer.bytes[..<Int(count * Geometry.blockSize)])
            try unsafe image.read(bytes, at: position * Geometry.blockSize)
            hash(unsafe UnsafeRawBufferPointer(bytes).bytes)
        }
    }

    private func hash(_ bytes: RawSpan) {
        digest.add(bytes) { leaves?.add($0, $1) }
        passData()
    }

    /// Leaves the runs of data that are hashed.
    private func passData() {
        while nextRun < data.count, data[nextRun].upperBound <= position { nextRun += 1 }
    }
}

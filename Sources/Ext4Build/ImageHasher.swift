internal import Golden
internal import HostSystem
internal import ImageBytes
internal import Synchronization
internal import SystemPackage

/// Completes the digests of an image whose file data was hashed while it was copied.
struct ImageHasher: Sendable {
    private static let capacity: UInt64 = 64

    private let plan: Plan
    private let image: OutputFile
    private let leaves: LeafHashes
    private let progress: BuildProgress

    init(_ plan: Plan, _ image: OutputFile, _ leaves: LeafHashes, _ progress: BuildProgress) {
        self.plan = plan
        self.image = image
        self.leaves = leaves
        self.progress = progress
    }

    /// Hashes what the copying threads did not, and all of the image once more as one message. That one
    /// is a chain: where there are two threads, it takes one of its own, and the other goes on.
    ///
    /// - Parameters:
    ///   - jobs: how many threads there are.
    ///   - work: what there is to do with the digest before it has the plain one.
    /// - Returns: the plain digest, and what `work` returned.
    /// - Throws: ``BuildError`` where the image cannot be read back, and what `work` throws.
    func digest<Outcome: Sendable>(
        jobs: Int,
        meanwhile work:
            @escaping @Sendable (ImageDigest, _ jobs: Int) throws(BuildError) -> Outcome
    ) throws(BuildError) -> (plain: SHA256Digest, outcome: Outcome) {
        let left = max(1, jobs - 1)
        let (plain, outcome) = ThreadTeam.both(workers: jobs) {
            Result { () throws(BuildError) in try plainDigest() }
        } _: {
            Result { () throws(BuildError) in
                try recordMetadata()
                return try work(leaves.digest(jobs: left), left)
            }
        }
        return (try plain.get(), try outcome.get())
    }

    private func plainDigest() throws(BuildError) -> SHA256Digest {
        var hasher = SHA256Hasher()
        let buffer = PageBuffer(byteCount: Int(Self.capacity * Geometry.blockSize))
        var offset: UInt64 = 0
        while offset < plan.byteCount {
            let count = min(Self.capacity * Geometry.blockSize, plan.byteCount - offset)
            let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<Int(count)])
            try unsafe image.read(bytes, at: offset)
            hasher.update(unsafe UnsafeRawBufferPointer(bytes).bytes)
            progress.add(bytes: count)
            offset += count
        }
        return hasher.finish()
    }

    private func recordMetadata() throws(BuildError) {
        let buffer = PageBuffer(byteCount: Int(Self.capacity * Geometry.blockSize))
        var cursor: UInt64 = 0
        // What is neither data nor free has been written by libext2fs, or is still zero.
        for skipped in unhashed() + [plan.geometry.blockCount..<plan.geometry.blockCount] {
            while cursor < skipped.lowerBound {
                let count = min(Self.capacity, skipped.lowerBound - cursor)
                let bytes = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: buffer.bytes[..<Int(count * Geometry.blockSize)])
                try unsafe image.read(bytes, at: cursor * Geometry.blockSize)
                leaves.record(unsafe UnsafeRawBufferPointer(bytes).bytes, firstBlock: cursor)
                cursor += count
            }
            cursor = max(cursor, skipped.upperBound)
        }
    }

    /// Runs that need no second look: file data, which is hashed, and free blocks, which are zero.
    private func unhashed() -> [Range<UInt64>] {
        var runs = plan.free
        for file in 0..<plan.fileCount where plan.holdsData(file) {
            runs += plan.extents(ofFile: file).map(\.blocks)
        }
        return runs.sorted { $0.lowerBound < $1.lowerBound }
    }
}

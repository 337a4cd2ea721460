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

    /// Hashes what the copying threads did not, and all of the image once more as one message: that
    /// one is a chain, and takes a thread of its own where there are two.
    func digest(jobs: Int) throws(BuildError) -> ImageDigest {
        let results = ThreadTeam.map(count: 2, workers: jobs) {
            part -> Result<SHA256Digest?, BuildError> in
            do throws(BuildError) {
                if part == 0 { return .success(try plainDigest()) }
                try recordMetadata()
                return .success(nil)
            } catch {
                return .failure(error)
            }
        }
        _ = try results[1].get()
        var digest = leaves.digest(jobs: jobs)
        digest.sha256 = try results[0].get()
        return digest
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

internal import Golden
internal import HostSystem

/// Hashes what the copying threads did not: everything but file data, read back from the page cache.
struct MetadataHasher {
    private static let capacity = 256

    private let plan: Plan
    private let image: OutputFile
    private let progress: BuildProgress

    init(_ plan: Plan, _ image: OutputFile, _ progress: BuildProgress) {
        self.plan = plan
        self.image = image
        self.progress = progress
    }

    func record(into leaves: LeafHashes) throws(BuildError) {
        let buffer = PageBuffer(byteCount: Self.capacity * Int(Geometry.blockSize))
        var cursor: UInt64 = 0
        // What is neither data nor free has been written by libext2fs or is still zero.
        for skipped in unhashed() + [plan.geometry.blockCount..<plan.geometry.blockCount] {
            while cursor < skipped.lowerBound {
                let count = min(UInt64(Self.capacity), skipped.lowerBound - cursor)
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

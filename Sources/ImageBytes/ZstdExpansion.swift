internal import CZstd
internal import HostSystem
internal import Synchronization
internal import SystemPackage

/// Expands a `.zst` file into memory or an unlinked file, with holes where there are zeros.
struct ZstdExpansion {
    private let stored: MappedImage
    private let limit: UInt64

    /// More frames than this are expanded one after the other instead of being listed first.
    private static let frameLimit = 1 << 16
    /// What one thread takes at a time, in expanded bytes.
    private static let batchSize: UInt64 = 4 << 20

    init(of stored: MappedImage, limit: UInt64) {
        self.stored = stored
        self.limit = limit
    }

    /// Frames that one thread expands in one go, and where their bytes belong.
    private struct Batch {
        let stored: Range<Int>
        let expanded: Range<UInt64>
    }

    func run(workers: Int) throws(ImageSourceError) -> MappedImage {
        guard let frames = try ZstdFrame.all(in: stored.slice, limit: Self.frameLimit),
            let batches = try batches(of: frames)
        else { return try expandInOrder() }
        let total = batches.last?.expanded.upperBound ?? 0
        let output = try scratch(total)
        defer { try? output.close() }
        let stored = stored
        let results = ThreadTeam.map(count: batches.count, workers: workers) { index in
            Result { () throws(ImageSourceError) in
                let batch = batches[index]
                let end = try ZstdStream(stored, batch.stored, into: output)
                    .expand(from: batch.expanded.lowerBound, limit: batch.expanded.upperBound)
                guard end == batch.expanded.upperBound else {
                    throw .compression(
                        offset: UInt64(batch.stored.lowerBound),
                        reason: "frames hold less than they say")
                }
            }
        }
        for result in results { try result.get() }
        return try map(output, count: total)
    }

    /// Gathers frames into batches; nil where a frame does not say what it expands to.
    private func batches(of frames: [ZstdFrame]) throws(ImageSourceError) -> [Batch]? {
        var batches: [Batch] = []
        var stored = 0
        var start: UInt64 = 0
        var end: UInt64 = 0
        for (index, frame) in frames.enumerated() {
            guard let count = frame.expandedCount else { return nil }
            let (sum, overflow) = end.addingReportingOverflow(count)
            guard !overflow, sum <= limit else { throw .expandsPast(limit: limit) }
            end = sum
            if end - start >= Self.batchSize || index == frames.count - 1 {
                batches.append(
                    Batch(stored: stored..<frame.stored.upperBound, expanded: start..<end))
                stored = frame.stored.upperBound
                start = end
            }
        }
        return batches
    }

    private func expandInOrder() throws(ImageSourceError) -> MappedImage {
        let output = try scratch(nil)
        defer { try? output.close() }
        let count = try ZstdStream(stored, 0..<stored.count, into: output)
            .expand(from: 0, limit: limit)
        return try map(output, count: count)
    }

    private func scratch(_ count: UInt64?) throws(ImageSourceError) -> FileDescriptor {
        try ImageSourceError.file { () throws(FileError) in
            try ScratchFile.open(expecting: count)
        }
    }

    private func map(_ file: FileDescriptor, count: UInt64) throws(ImageSourceError) -> MappedImage
    {
        guard count > 0 else { throw .compression(offset: 0, reason: "nothing in it") }
        return try ImageSourceError.file { () throws(FileError) in
            try stored.checkIntact()
            try FileError.wrap("size", stored.path) { try file.resize(to: Int64(count)) }
            return try MappedImage(file: file, path: stored.path)
        }
    }
}

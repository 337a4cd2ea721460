import HostSystem
import ImageBytes

/// Finds the blocks in which an image is not the blessed one, from hashes or from the other image.
struct DifferenceLocator {
    let image: MappedImage
    let jobs: Int

    /// The spans that differ, sorted; `blessed` leaves out spans of zeros, as ``ImageDigest`` does.
    static func differingSpans(
        _ digest: ImageDigest, _ blessed: [GoldenFile.Span], imageBytes: UInt64
    ) -> [UInt64] {
        let tree = VerityTree(byteCount: digest.byteCount)
        let golden = VerityTree(byteCount: imageBytes)
        // The last span of a shorter image covers less, so its digest is another one's.
        var here = Dictionary(
            digest.spans.map { ($0.index, $0.digest) }, uniquingKeysWith: { first, _ in first })
        var differing: [UInt64] = []
        for span in blessed where here.removeValue(forKey: span.index) != span.digest {
            differing.append(span.index)
        }
        differing += here.keys
        let (short, long) = (
            min(tree.spanCount, golden.spanCount), max(tree.spanCount, golden.spanCount)
        )
        // What only one of the two has differs, be it zeros; one span stands for all of it.
        if short < long { differing.append(short) }
        return Array(Set(differing)).sorted()
    }

    /// The 4 KiB blocks that differ, by their hashes; nil where there are none to compare with, or
    /// where they say of a span that differs that all its blocks are the same.
    func blocks(in spans: [UInt64], _ blessed: BlocksFile?) throws(DigestError) -> [UInt64]? {
        guard let blessed else { return nil }
        let reader = SpanReader(
            image.file, path: image.path, offset: Int64(image.fileOffset),
            byteCount: UInt64(image.count))
        let limit = VerityTree(
            byteCount: max(blessed.imageBytes, UInt64(image.count))
        ).blockCount
        let found = ThreadTeam.map(count: spans.count, workers: jobs) { index in
            Result { () throws(DigestError) in
                let hash = try reader.hash(span: spans[index])
                return Self.blocks(ofSpan: spans[index], hash, blessed, limit: limit)
            }
        }
        var blocks: [UInt64] = []
        for part in found {
            let part = try part.get()
            if part.isEmpty && blessed.imageBytes == UInt64(image.count) { return nil }
            blocks += part
        }
        return blocks
    }

    private static func blocks(
        ofSpan index: UInt64, _ hash: SpanHash?, _ blessed: BlocksFile, limit: UInt64
    ) -> [UInt64] {
        let here = hash.map {
            BlockHashes.Span(index: index, present: $0.present, hashes: $0.blocks)
        }
        let there = blessed.hashes.span(index)
        let first = index * UInt64(VerityTree.fanOut)
        return (0..<VerityTree.fanOut).filter { block in
            here?.hash(ofBlock: block) != there?.hash(ofBlock: block)
        }.map { first + UInt64($0) }.filter { $0 < limit }
    }

    /// The 4 KiB blocks that differ from another image's. What only one of them has, differs.
    func blocks(in spans: [UInt64], against other: MappedImage) -> [UInt64] {
        let size = VerityTree.blockByteCount
        let found = ThreadTeam.map(count: spans.count, workers: jobs) { index in
            let first = spans[index] * UInt64(VerityTree.fanOut)
            return (first..<first + UInt64(VerityTree.fanOut)).filter { block in
                let (start, overflow) = block.multipliedReportingOverflow(by: UInt64(size))
                guard !overflow, start < max(self.image.count, other.count) else { return false }
                let end = start + UInt64(size)
                guard end <= self.image.count, end <= other.count else {
                    return Self.tailsDiffer(self.image, other, from: start)
                }
                let range = Int(start)..<Int(end)
                return !self.image.slice.slice(range).hasSameBytes(as: other.slice.slice(range))
            }
        }
        return found.flatMap(\.self)
    }

    private static func tailsDiffer(
        _ one: MappedImage, _ two: MappedImage, from start: UInt64
    ) -> Bool {
        guard one.count == two.count, start < one.count else { return true }
        let range = Int(start)..<one.count
        return !one.slice.slice(range).hasSameBytes(as: two.slice.slice(range))
    }
}

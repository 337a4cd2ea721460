import HostSystem
import ImageBytes

/// Finds the blocks in which an image is not the blessed one, from hashes or from the other image.
struct DifferenceLocator {
    let image: MappedImage
    let jobs: Int

    /// The 4 KiB blocks that differ, by their hashes; nil where there are none to compare with, or
    /// where they say of a span that differs that all its blocks are the same.
    func blocks(
        in spans: [UInt64], _ blessed: BlocksFile?
    ) throws(DigestError) -> DifferingBlocks? {
        guard let blessed else { return nil }
        let reader = SpanReader(
            image.file, path: image.path, offset: Int64(image.fileOffset),
            byteCount: UInt64(image.count))
        // What only one of the two has is not looked for block by block.
        let limit = VerityTree(
            byteCount: min(blessed.imageBytes, UInt64(image.count))
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
        return DifferingBlocks(blocks, of: blessed.imageBytes, and: UInt64(image.count))
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

    /// The 4 KiB blocks that differ from another image's.
    func blocks(in spans: [UInt64], against other: MappedImage) -> DifferingBlocks {
        let size = VerityTree.blockByteCount
        let limit = min(image.count, other.count)
        let found = ThreadTeam.map(count: spans.count, workers: jobs) { index in
            let first = spans[index] * UInt64(VerityTree.fanOut)
            return (first..<first + UInt64(VerityTree.fanOut)).filter { block in
                let (start, overflow) = block.multipliedReportingOverflow(by: UInt64(size))
                guard !overflow, start < UInt64(limit) else { return false }
                let end = start + UInt64(size)
                guard end <= UInt64(limit) else {
                    return Self.last(image, from: start) != Self.last(other, from: start)
                }
                let range = Int(start)..<Int(end)
                return !self.image.slice.slice(range).hasSameBytes(as: other.slice.slice(range))
            }
        }
        return DifferingBlocks(
            found.flatMap(\.self), of: UInt64(other.count), and: UInt64(image.count))
    }

    /// A block that an image may have in part only, filled up with zeros as for its leaf.
    private static func last(_ image: MappedImage, from start: UInt64) -> [UInt8] {
        let size = VerityTree.blockByteCount
        let bytes = image.slice.copy(Int(start)..<min(image.count, Int(start) + size))
        return bytes + [UInt8](repeating: 0, count: size - bytes.count)
    }
}

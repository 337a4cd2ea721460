internal import Golden
internal import HostSystem
internal import SourceTree

/// The content digests of all files of an image that was just written, from the hashes of its blocks.
struct FileDigests: Sendable {
    private static let chunk = 1_024

    /// By file.
    private let chunks: [[SHA256Digest?]]
    private let fileOfNode: [UInt32]

    init(_ plan: Plan, _ leaves: LeafHashes, jobs: Int) {
        fileOfNode = plan.order.fileOfNode
        let count = (plan.fileCount + Self.chunk - 1) / Self.chunk
        chunks = ThreadTeam.map(count: count, workers: jobs) { index in
            let start = index * Self.chunk
            return Self.digests(of: start..<min(start + Self.chunk, plan.fileCount), plan, leaves)
        }
    }

    /// The digest of a regular file that is not empty; nil for all else.
    subscript(node: Int) -> SHA256Digest? {
        let file = Int(fileOfNode[node])
        return chunks[file / Self.chunk][file % Self.chunk]
    }

    private static func digests(
        of files: Range<Int>, _ plan: Plan, _ leaves: LeafHashes
    ) -> [SHA256Digest?] {
        var batch = ContentRootBatch()
        for file in files {
            let node = plan.tree.nodes[Int(plan.order.nodes[file])]
            guard node.kind == .regular, node.size > 0 else { continue }
            var content = ContentRoot(byteCount: node.size)
            for extent in plan.extents(ofFile: file) {
                content.add(leaves, of: extent.blocks, firstPage: UInt64(extent.fileBlock))
            }
            batch.add(content, place: file - files.lowerBound)
        }
        var digests = [SHA256Digest?](repeating: nil, count: files.count)
        for (place, digest) in batch.finish() { digests[place] = digest }
        return digests
    }
}

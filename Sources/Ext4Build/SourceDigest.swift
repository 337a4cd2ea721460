internal import Golden
internal import HostSystem
internal import SourceTree

/// The digest of everything that a recipe takes in, where nothing is built: every content is read.
struct SourceDigest: Sendable {
    /// What is read at once; a multiple of a page.
    private static let capacity = 256 << 10

    private let tree: SourceTree
    private let options: ImageOptions

    init(_ tree: SourceTree, _ options: ImageOptions) {
        self.tree = tree
        self.options = options
    }

    func digest(jobs: Int) throws(SourceError) -> SHA256Digest {
        let tree = tree
        let contents = ThreadTeam.map(
            count: tree.nodes.count, workers: jobs,
            state: { (ContentReader(tree), PageBuffer(byteCount: Self.capacity)) }
        ) { state, node -> Result<SHA256Digest?, SourceError> in
            guard tree.nodes[node].kind == .regular, tree.nodes[node].size > 0 else {
                return .success(nil)
            }
            return Result { () throws(SourceError) in
                try Self.root(of: state.0.open(node), state.1)
            }
        }
        var digests: [SHA256Digest?] = []
        digests.reserveCapacity(contents.count)
        for content in contents { digests.append(try content.get()) }
        return EntryLines.sources(tree, options) { digests[$0] }
    }

    private static func root(
        of content: borrowing OpenContent, _ buffer: PageBuffer
    ) throws(SourceError) -> SHA256Digest {
        let page = Int(Geometry.blockSize)
        var root = ContentRoot(byteCount: content.size)
        var offset: UInt64 = 0
        while let data = try content.nextData(from: offset) {
            let start = max(offset, data.lowerBound / UInt64(page) * UInt64(page))
            let count = Int(min(UInt64(capacity), content.size - start))
            let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
            try unsafe content.read(at: start, into: bytes)
            let end = (count + page - 1) / page * page
            for index in count..<end { unsafe buffer.bytes[index] = 0 }
            root.add(
                unsafe UnsafeRawBufferPointer(rebasing: buffer.bytes[..<end]).bytes,
                firstPage: start / UInt64(page))
            offset = start + UInt64(count)
        }
        return root.finish()
    }
}

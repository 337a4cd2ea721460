internal import Golden
internal import SourceTree

/// Takes the leaves of an image's blocks, in rising order, into the content digests of its files.
///
/// A file's pieces rise, too, but other files can lie between them: what is known of a file waits for
/// its next piece.
struct FileDigests {
    /// A file, and one of the plan's extents, which is the file's.
    private struct Piece {
        let file: UInt32
        let extent: UInt32
    }

    private let plan: Plan
    /// All pieces of regular files, by their place in the image.
    private let pieces: [Piece]
    private var next = 0
    /// The blocks of the piece that is next.
    private var blocks: Range<UInt64> = 0..<0
    /// The leaves that have come of the file whose piece that is.
    private var content: ContentRoot?
    /// Of files that have a later piece. Look-ups only.
    private var waiting: [UInt32: ContentRoot] = [:]
    private var batch = ContentRootBatch()
    /// By file: of regular files that are not empty.
    private var digests: [SHA256Digest?]

    init(_ plan: Plan) {
        self.plan = plan
        pieces = Self.pieces(of: plan)
        digests = [SHA256Digest?](repeating: nil, count: plan.fileCount)
        begin()
    }

    /// Takes the leaf of a block that is not zeros, whoever's it is.
    mutating func add(_ block: UInt64, _ leaf: SHA256Digest) {
        while next < pieces.count, blocks.upperBound <= block { end() }
        guard blocks.contains(block) else { return }
        let extent = plan.extents[Int(pieces[next].extent)]
        content?.add(leaf, page: UInt64(extent.fileBlock) + block - extent.imageBlock)
    }

    /// The digests by file, when all blocks have come; nil for what is empty or no regular file.
    mutating func finish() -> [SHA256Digest?] {
        while next < pieces.count { end() }
        for file in 0..<plan.fileCount where !plan.holdsData(file) {
            let node = plan.tree.nodes[Int(plan.order.nodes[file])]
            guard node.kind == .regular, node.size > 0 else { continue }
            // Nothing but holes.
            batch.add(ContentRoot(byteCount: node.size), place: file)
            take(batch.takeRoots())
        }
        take(batch.finish())
        return digests
    }

    private mutating func begin() {
        guard next < pieces.count else {
            blocks = 0..<0
            return
        }
        let file = pieces[next].file
        blocks = plan.extents[Int(pieces[next].extent)].blocks
        let size = plan.tree.nodes[Int(plan.order.nodes[Int(file)])].size
        content = waiting.removeValue(forKey: file) ?? ContentRoot(byteCount: size)
    }

    private mutating func end() {
        let piece = pieces[next]
        // There is one as long as there is a piece.
        if let content {
            if piece.extent + 1 == plan.firstExtent[Int(piece.file) + 1] {
                batch.add(content, place: Int(piece.file))
                take(batch.takeRoots())
            } else {
                waiting[piece.file] = content
            }
        }
        next += 1
        begin()
    }

    private mutating func take(_ roots: [ContentRootBatch.Root]) {
        for (file, digest) in roots { digests[file] = digest }
    }

    private static func pieces(of plan: Plan) -> [Piece] {
        var pieces: [Piece] = []
        for file in 0..<plan.fileCount where plan.holdsData(file) {
            for extent in plan.firstExtent[file]..<plan.firstExtent[file + 1] {
                pieces.append(Piece(file: UInt32(file), extent: extent))
            }
        }
        let extents = plan.extents
        pieces.sort {
            extents[Int($0.extent)].imageBlock < extents[Int($1.extent)].imageBlock
        }
        return pieces
    }
}

internal import Golden
internal import SourceTree

/// The digests of the lines of all names, on both sides of a build.
///
/// The builder knows what it has written. Who records or verifies an image takes the same lines from the
/// image itself, with the reader's eyes: a builder that is wrong about one is found out there.
struct EntryDigests {
    /// Of everything that goes in. It says nothing of the host: not of inodes, enumeration order, holes
    /// or, under `--timestamps pin`, times. Nor does it depend on where the image has put things.
    let sources: SHA256Digest
    /// Of what a mounted file system shows; nil where nothing was built.
    let image: GoldenFile.Tree?

    /// - Parameters:
    ///   - tree: what goes in.
    ///   - options: which of its times count.
    ///   - plan: the image that was built of it, if one was.
    ///   - content: the content digest of a node, nil where it has none.
    init(
        _ tree: SourceTree, _ options: ImageOptions, plan: Plan?,
        content: (_ node: Int) -> SHA256Digest?
    ) {
        let root = [UInt8(ascii: "/")]
        var lines = EntryLines(tree, options, plan)
        var walk = NameWalk(tree)
        while let node = walk.next() {
            lines.add(node, path: node == 0 ? root : walk.path, digest: content(node))
        }
        let digests = lines.finish()
        sources = digests.source
        image = plan.map { _ in
            GoldenFile.Tree(entryCount: UInt64(tree.nodes.count), digest: digests.image)
        }
    }
}

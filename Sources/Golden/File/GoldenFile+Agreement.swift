extension GoldenFile {
    /// Holds the lines that follow from one another against each other: the spans come to the root,
    /// the entries to the tree. Whoever can write the file can make its last line right, so that
    /// line alone does not say that the others belong together.
    ///
    /// - Throws: ``GoldenFileError/Reason/contradiction(of:to:)``.
    func requireAgreement() throws(GoldenFileError) {
        guard spansComeToRoot else {
            throw GoldenFileError(.contradiction(of: Keyword.span.rawValue, to: "root"))
        }
        guard entries.isEmpty || entryTree == tree else {
            throw GoldenFileError(.contradiction(of: Keyword.entry.rawValue, to: "tree"))
        }
    }

    private var spansComeToRoot: Bool {
        let verity = VerityTree(byteCount: imageBytes)
        guard verity.blockCount > 1 else {
            // The root is the one leaf, and a span's digest is that of the hash block it lies in.
            return spans.first.map { $0.digest == VerityTree.digest(of: [root]) }
                ?? (root == VerityTree.zeroLeaf)
        }
        return verity.root(ofSpans: spans.map { .init(index: $0.index, digest: $0.digest) }) == root
    }

    private var entryTree: Tree {
        var hasher = SHA256Hasher()
        for entry in entries {
            hasher.update(Array("\(Keyword.entry.rawValue) \(entry.path) \(entry.facts)\n".utf8))
        }
        return Tree(entryCount: UInt64(entries.count), digest: hasher.finish())
    }
}

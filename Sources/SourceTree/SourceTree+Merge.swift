/// Overlays: several sources, one tree.
extension SourceTree {
    /// Lays `upper` over this tree, under the rules of `cp -a`: folders merge, a later file replaces
    /// an earlier one, and the metadata of a merged folder is the later one's, except the root's,
    /// which stays.
    ///
    /// - Parameters:
    ///   - upper: the tree that is laid over this one.
    ///   - lowerName: what this tree is called in a message.
    ///   - upperName: what `upper` is called in a message.
    /// - Returns: both as one tree.
    /// - Throws: ``SourceError/conflict(path:first:second:)`` where one has a folder and the other
    ///   has not.
    public func overlaid(
        by upper: SourceTree, lowerName: String, upperName: String
    ) throws(SourceError) -> SourceTree {
        var merge = TreeMerge(lower: self, upper: upper)
        if let node = merge.run() {
            let upperIsFolder = upper.nodes[node].kind == .directory
            throw .conflict(
                path: upper.escapedPath(of: node),
                first: "\(lowerName) has \(upperIsFolder ? "no folder" : "a folder") there",
                second: "\(upperName) has \(upperIsFolder ? "one" : "none")")
        }
        return merge.result
    }
}

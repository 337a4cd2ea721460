/// Overlays: several sources, one tree.
extension SourceTree {
    /// Lays `upper` over this tree, under the rules of `cp -a`: folders merge, a later file replaces
    /// an earlier one, and the metadata of a merged folder is the later one's, except the root's,
    /// which stays.
    ///
    /// - Parameters:
    ///   - upper: the tree that is laid over this one.
    ///   - upperName: what `upper` is called in a message.
    ///   - lowerName: where this tree has a path from, for a message.
    /// - Returns: both as one tree.
    /// - Throws: ``SourceError/conflict(path:first:second:)`` where one has a folder and the other
    ///   has not.
    public func overlaid(
        by upper: SourceTree, upperName: String, lowerName: (_ path: [UInt8]) -> String
    ) throws(SourceError) -> SourceTree {
        var merge = TreeMerge(lower: self, upper: upper)
        if let node = merge.run() {
            let upperIsFolder = upper.nodes[node].kind == .directory
            throw .conflict(
                path: upper.escapedPath(of: node),
                first: "\(lowerName(upper.path(of: node))) has "
                    + (upperIsFolder ? "something else than a folder there" : "a folder there"),
                second: "\(upperName) has "
                    + (upperIsFolder ? "a folder" : "something else"))
        }
        return merge.result
    }
}

/// Opens the contents of a tree's files for one thread.
public final class ContentReader {
    private let tree: SourceTree
    private let handles = FolderHandles()

    public init(_ tree: SourceTree) { self.tree = tree }

    /// Opens the content of a node; it closes when its owner lets go of it.
    ///
    /// - Throws: ``SourceError/file(_:)`` where it cannot be opened, ``SourceError/changed(path:what:)``
    ///   where its kind or size is not the one surveyed.
    public func open(_ node: Int) throws(SourceError) -> OpenContent {
        let content = try openUnchecked(node)
        try content.check()
        return content
    }

    /// The same, but nobody has looked yet whether the content is the one surveyed.
    ///
    /// - Throws: ``SourceError/file(_:)`` where it cannot be opened.
    public func openUnchecked(_ node: Int) throws(SourceError) -> OpenContent {
        switch tree.nodes[node].content {
        case .none:
            OpenContent(literal: [], node: node, tree: tree)
        case .literal(let index):
            OpenContent(literal: tree.literals[Int(index)], node: node, tree: tree)
        case .path(let index):
            try OpenContent(
                descriptor: handles.openFile(tree.hostPath(ofFile: index)), node: node, tree: tree)
        case .sibling(let folder):
            try OpenContent(
                descriptor: handles.openFile(tree.nodes[node].name, in: folder, of: tree),
                node: node, tree: tree)
        }
    }
}

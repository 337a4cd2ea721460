internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads the contents of a tree's files for one thread, and refuses a file that is no longer what
/// the survey saw.
public final class ContentReader {
    private let tree: SourceTree
    private let handles = FolderHandles()

    public init(_ tree: SourceTree) { self.tree = tree }

    /// Opens the content of a node for the time of `body`.
    ///
    /// - Throws: ``SourceError/file(_:)`` where it cannot be opened, ``SourceError/changed(path:what:)``
    ///   where its kind or size is not the one surveyed.
    public func withContent<Result>(
        of node: Int, _ body: (borrowing OpenContent) throws(SourceError) -> Result
    ) throws(SourceError) -> Result {
        let descriptor: Int32
        switch tree.nodes[node].content {
        case .none: return try body(OpenContent(literal: [], node: node, tree: tree))
        case .literal(let index):
            return try body(
                OpenContent(literal: tree.literals[Int(index)], node: node, tree: tree))
        case .path(let index):
            descriptor = try handles.openFile(tree.paths[Int(index)])
        case .sibling(let folder):
            descriptor = try handles.openFile(tree.nodes[node].name, in: folder, of: tree)
        }
        defer { close(descriptor) }
        return try body(OpenContent.checked(descriptor: descriptor, node: node, tree: tree))
    }
}

public import HostSystem
public import SystemPackage

/// Everything that goes into an image, in one canonical form.
///
/// The tree is a value made of flat arrays: node 0 is the root, the children of a folder lie side by
/// side in ``nodes`` in the order of their names' bytes, and names lie in one pool. A million entries
/// take about 130 MB less than as many objects would.
public struct SourceTree: Sendable {
    public internal(set) var nodes: [SourceNode]
    /// The pool that every ``ByteRange`` of this tree points into.
    public internal(set) var bytes: [UInt8]
    /// The folders that ``Content/sibling(folder:)`` counts.
    public internal(set) var folders: [HostFolder]
    /// The files that ``Content/path(_:)`` counts.
    public internal(set) var paths: [ByteRange]
    /// The contents that ``Content/literal(_:)`` counts.
    public internal(set) var literals: [[UInt8]]
    /// Extended attributes by node index, each list in the order of the names' bytes.
    /// For look-ups only: its order means nothing.
    public internal(set) var attributes: [UInt32: [ExtendedAttribute]]
    /// How many link groups the nodes use: they are numbered 1 to this.
    public internal(set) var linkGroupCount: UInt32

    /// A root folder with nothing in it.
    public init(root: SourceNode = .folder) {
        nodes = [root]
        bytes = []
        folders = []
        paths = []
        literals = []
        attributes = [:]
        linkGroupCount = 0
    }

    /// The bytes of a name or target.
    public subscript(range: ByteRange) -> ArraySlice<UInt8> { bytes[range.range] }

    /// The name of a node, as bytes; empty for the root.
    public func name(of node: Int) -> ArraySlice<UInt8> { self[nodes[node].name] }

    /// The absolute path of a node in the image, as bytes: "/" for the root.
    public func path(of node: Int) -> [UInt8] {
        var parts: [ArraySlice<UInt8>] = []
        var index = node
        while index != 0 {
            parts.append(name(of: index))
            index = Int(nodes[index].parent)
        }
        guard !parts.isEmpty else { return [UInt8(ascii: "/")] }
        return parts.reversed().flatMap { [UInt8(ascii: "/")] + $0 }
    }

    /// The same, fit to be printed.
    public func escapedPath(of node: Int) -> EscapedName { EscapedName(path(of: node)) }

    /// The child of `folder` with this name, by binary search.
    public func child(of folder: Int, named name: some Collection<UInt8>) -> Int? {
        var low = nodes[folder].children.lowerBound
        var high = nodes[folder].children.upperBound
        while low < high {
            let middle = (low + high) / 2
            let candidate = self.name(of: middle)
            if candidate.elementsEqual(name) { return middle }
            if candidate.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// The node at an absolute path such as `/nix/store`.
    public func node(at path: [UInt8]) -> Int? {
        var node = 0
        for part in path.split(separator: UInt8(ascii: "/")) {
            guard let next = child(of: node, named: part) else { return nil }
            node = next
        }
        return node
    }

    /// The path on this machine of the file that holds a regular file's bytes, if one does.
    public func hostPath(of node: Int) -> FilePath? {
        switch nodes[node].content {
        case .none, .literal: return nil
        case .path(let index): return hostPath(ofFile: index)
        case .sibling(let folder): return hostPath(folder, nodes[node].name)
        }
    }

    /// The path on this machine that ``Content/path(_:)`` counts.
    func hostPath(ofFile index: UInt32) -> FilePath { FilePath(bytes: self[paths[Int(index)]]) }

    /// The path on this machine of one of ``folders``, or of a name inside it.
    func hostPath(_ folder: UInt32, _ name: ByteRange? = nil) -> FilePath {
        var parts = name.map { [self[$0]] } ?? []
        var next = folder
        while case .child(let parent, let name) = folders[Int(next)] {
            parts.append(self[name])
            next = parent
        }
        guard case .root(let path) = folders[Int(next)] else { return FilePath() }
        return FilePath(
            bytes: path.bytes + parts.reversed().flatMap { [UInt8(ascii: "/")] + $0 })
    }
}

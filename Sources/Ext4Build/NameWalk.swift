internal import SourceTree

/// Walks the names of a tree in the order of a golden's lines: a folder, then what it holds by the
/// bytes of the names, each with all that is below it before the next.
struct NameWalk {
    private let tree: SourceTree
    /// The last one is the next. Until it comes, its path's beginning stays at the start of ``path``.
    private var pending: [(node: Int, parentLength: Int)] = [(0, 0)]
    /// The path of the name that came last; empty for the root.
    private(set) var path: [UInt8] = []

    init(_ tree: SourceTree) { self.tree = tree }

    /// The node of the next name; nil behind the last one.
    mutating func next() -> Int? {
        guard let (node, parentLength) = pending.popLast() else { return nil }
        path.removeLast(path.count - parentLength)
        if node > 0 {
            path.append(UInt8(ascii: "/"))
            path += tree.name(of: node)
        }
        for child in tree.nodes[node].children.reversed() { pending.append((child, path.count)) }
        return node
    }
}

/// Trees that are laid one over the other, each with a name for messages.
struct Layers {
    private var layers: [(tree: SourceTree, name: String)] = []
    /// Which tree's root folder the image's root takes its mode, owner and attributes from.
    private var rootLayer: Int?

    mutating func add(_ tree: SourceTree, _ name: String, asRoot: Bool) {
        if asRoot, rootLayer == nil { rootLayer = layers.count }
        layers.append((tree, name))
    }

    /// One tree, with a folder /lost+found.
    ///
    /// - Throws: ``SourceError/conflict(path:first:second:)``.
    func merged() throws(SourceError) -> SourceTree {
        if layers.count == 1, rootLayer == 0, layers[0].tree.hasLostAndFound {
            return layers[0].tree
        }
        var tree = Self.fileSystem
        if let rootLayer {
            tree.update(0) { root in
                let source = layers[rootLayer].tree.nodes[0]
                root.permissions = source.permissions
                root.uid = source.uid
                root.gid = source.gid
                root.modified = source.modified
            }
            tree.setAttributes(of: 0, to: layers[rootLayer].tree.attributes[0] ?? [])
        }
        for (index, layer) in layers.enumerated() {
            tree = try tree.overlaid(by: layer.tree, upperName: layer.name) { path in
                origin(of: path, below: index)
            }
        }
        return tree
    }

    /// The name of the last layer but `name` that has something at a path.
    func layer(at path: [UInt8], except name: String) -> String? {
        layers.last { $0.name != name && $0.tree.node(at: path) != nil }?.name
    }

    /// The name of the layer that a path comes from.
    private func origin(of path: [UInt8], below index: Int) -> String {
        layers[..<index].last { $0.tree.node(at: path) != nil }?.name ?? "the file system itself"
    }

    /// What is in every ext4 file system: a root with lost+found, where e2fsck puts what it finds.
    private static var fileSystem: SourceTree {
        var tree = SourceTree()
        var folder = SourceNode.lostAndFound
        folder.name = tree.intern(FileOrder.lostAndFound)
        tree.setChildren(of: 0, to: [folder])
        return tree
    }
}

extension SourceTree {
    fileprivate var hasLostAndFound: Bool {
        child(of: 0, named: FileOrder.lostAndFound).map { nodes[$0].kind == .directory } ?? false
    }
}

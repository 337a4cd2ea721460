internal import HostSystem
public import SystemPackage

/// How a tree is put together: pools are filled first, then all children of one folder at a time.
extension SourceTree {
    /// Makes room for this many nodes, and for names, targets and paths of this many bytes.
    mutating func reserve(nodes count: Int, bytes byteCount: Int) {
        nodes.reserveCapacity(count)
        bytes.reserveCapacity(byteCount)
    }

    /// Adds bytes to the pool, and a zero behind them, so that a pointer to them is a C string.
    ///
    /// - Precondition: `bytes` is shorter than 64 KiB: names have 255 bytes at most, targets 4,095.
    public mutating func intern(_ bytes: some Collection<UInt8>) -> ByteRange {
        let start = self.bytes.count
        self.bytes.append(contentsOf: bytes)
        let range = ByteRange(start: start, count: self.bytes.count - start)
        self.bytes.append(0)
        return range
    }

    /// Drops the end of the pool, which nothing refers to.
    mutating func forgetBytes(from start: Int) { bytes.removeSubrange(start...) }

    /// Makes `children` the children of a folder that has none yet. They are put in the order of
    /// their names' bytes; no two may have one name.
    ///
    /// - Returns: the indices of the new nodes.
    @discardableResult
    public mutating func setChildren(of folder: Int, to children: [SourceNode]) -> Range<Int> {
        beginChildren(of: folder, count: children.count)
        for index in NameOrder.sorted(children.map(\.name), in: bytes) {
            append(children[index], to: folder)
        }
        return nodes[folder].children
    }

    /// Makes room for the children of a folder that has none yet. They must follow, in the order of
    /// their names' bytes, before any other node does.
    mutating func beginChildren(of folder: Int, count: Int) {
        nodes.reserveCapacity(capacity(for: nodes.count + count))
        nodes[folder].firstChild = UInt32(nodes.count)
        nodes[folder].childCount = 0
    }

    /// Adds the next child of the folder that was begun last.
    mutating func append(_ child: SourceNode, to folder: Int) {
        var child = child
        child.parent = UInt32(folder)
        nodes.append(child)
        nodes[folder].childCount += 1
    }

    /// Gives a folder that has no children yet nodes of another tree, which have none either.
    ///
    /// - Parameters:
    ///   - children: the nodes, in the order of their names' bytes.
    ///   - pool: where the names and targets lie in the other tree.
    ///   - piece: the other tree.
    ///   - folder: the folder, a node of this one.
    /// - Returns: the index of the first.
    mutating func adopt(
        _ children: Range<Int>, _ pool: Range<Int>, of piece: borrowing SourceTree,
        as folder: Int
    ) -> Int {
        let shift = bytes.count - pool.lowerBound
        bytes.append(contentsOf: piece.bytes[pool])
        beginChildren(of: folder, count: children.count)
        for child in children {
            var child = piece.nodes[child]
            child.name = child.name.moved(by: shift)
            child.target = child.target.moved(by: shift)
            append(child, to: folder)
        }
        return Int(nodes[folder].firstChild)
    }

    /// Room for `count` nodes and some more. A large tree gets a quarter, where an array by itself
    /// would double and hold a third of the memory for nothing.
    private func capacity(for count: Int) -> Int {
        guard count > nodes.capacity else { return nodes.capacity }
        return count < Self.largeCount ? 2 * count : count + count / 4
    }

    private static let largeCount = 1 << 16

    /// A new number for a set of names that are one file.
    public mutating func newLinkGroup() -> UInt32 {
        linkGroupCount += 1
        return linkGroupCount
    }

    public mutating func addFolder(_ folder: HostFolder) -> UInt32 {
        folders.append(folder)
        return UInt32(folders.count - 1)
    }

    /// The path must be one that a file was found at: none of those has 2^16 bytes.
    public mutating func addPath(_ path: FilePath) -> Content {
        paths.append(intern(path.bytes))
        return .path(UInt32(paths.count - 1))
    }

    public mutating func addLiteral(_ bytes: [UInt8]) -> Content {
        literals.append(bytes)
        return .literal(UInt32(literals.count - 1))
    }

    /// Gives a node its extended attributes; their order is made canonical here.
    public mutating func setAttributes(of node: Int, to list: [ExtendedAttribute]) {
        attributes[UInt32(node)] =
            list.isEmpty ? nil : list.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Changes one node in place: the way policies (owner, store modes) are applied.
    public mutating func update(_ node: Int, _ change: (inout SourceNode) -> Void) {
        change(&nodes[node])
    }
}

/// A merge of two sorted trees, folder by folder.
struct TreeMerge {
    private(set) var result: SourceTree
    private let lower: SourceTree
    private let upper: SourceTree

    /// A folder of the result and where its entries come from.
    private struct Pending {
        let node: Int
        let lower: Int?
        let upper: Int?
    }
    private var pending = [Pending(node: 0, lower: 0, upper: 0)]

    init(lower: SourceTree, upper: SourceTree) {
        self.lower = lower
        self.upper = upper
        result = lower
        result.nodes = [lower.nodes[0]]
        result.attributes = [:]
        result.attributes[0] = lower.attributes[0]
        // The pools are laid one behind the other, so that what pointed into the lower tree's still
        // does, and what pointed into the upper tree's does after an addition.
        result.bytes += upper.bytes
        result.literals += upper.literals
        result.linkGroupCount += upper.linkGroupCount
        result.paths += upper.paths.map(moved)
        for folder in upper.folders {
            switch folder {
            case .root: result.folders.append(folder)
            case .child(let parent, let name):
                result.folders.append(
                    .child(of: parent + UInt32(lower.folders.count), name: moved(name)))
            }
        }
    }

    /// Merges, and returns the upper node that is in conflict, if there is one.
    mutating func run() -> Int? {
        while let folder = pending.popLast() {
            if let conflict = mergeChildren(folder) { return conflict }
        }
        return nil
    }

    private mutating func mergeChildren(_ folder: Pending) -> Int? {
        let pairs = pairs(
            folder.lower.map { lower.nodes[$0].children } ?? 0..<0,
            folder.upper.map { upper.nodes[$0].children } ?? 0..<0)
        for case (let left?, let right?) in pairs
        where (lower.nodes[left].kind == .directory) != (upper.nodes[right].kind == .directory) {
            return right
        }
        let children = pairs.map { pair in
            pair.upper.map { moved(upper.nodes[$0]) } ?? lower.nodes[pair.lower ?? 0]
        }
        let added = result.setChildren(of: folder.node, to: children)
        for (node, pair) in zip(added, pairs) {
            if let source = pair.upper {
                result.attributes[UInt32(node)] = upper.attributes[UInt32(source)]
            } else if let source = pair.lower {
                result.attributes[UInt32(node)] = lower.attributes[UInt32(source)]
            }
            if result.nodes[node].kind == .directory {
                pending.append(Pending(node: node, lower: pair.lower, upper: pair.upper))
            }
        }
        return nil
    }

    /// Walks two sorted lists of children at once; children of one name stand together.
    private func pairs(_ lowerChildren: Range<Int>, _ upperChildren: Range<Int>)
        -> [(lower: Int?, upper: Int?)]
    {
        var pairs: [(lower: Int?, upper: Int?)] = []
        pairs.reserveCapacity(lowerChildren.count + upperChildren.count)
        var left = lowerChildren.lowerBound
        var right = upperChildren.lowerBound
        while left < lowerChildren.upperBound && right < upperChildren.upperBound {
            let leftName = lower.name(of: left)
            let rightName = upper.name(of: right)
            if leftName.elementsEqual(rightName) {
                pairs.append((left, right))
                left += 1
                right += 1
            } else if leftName.lexicographicallyPrecedes(rightName) {
                pairs.append((left, nil))
                left += 1
            } else {
                pairs.append((nil, right))
                right += 1
            }
        }
        pairs += (left..<lowerChildren.upperBound).map { ($0, nil) }
        pairs += (right..<upperChildren.upperBound).map { (nil, $0) }
        return pairs
    }

    private func moved(_ range: ByteRange) -> ByteRange {
        ByteRange(start: range.start + lower.bytes.count, count: range.count)
    }

    private func moved(_ node: SourceNode) -> SourceNode {
        var node = node
        node.name = moved(node.name)
        if node.kind == .symbolicLink { node.target = moved(node.target) }
        if node.linkGroup > 0 { node.linkGroup += lower.linkGroupCount }
        switch node.content {
        case .none: break
        case .sibling(let folder):
            node.content = .sibling(folder: folder + UInt32(lower.folders.count))
        case .path(let path): node.content = .path(path + UInt32(lower.paths.count))
        case .literal(let literal):
            node.content = .literal(literal + UInt32(lower.literals.count))
        }
        return node
    }
}

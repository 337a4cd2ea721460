/// Computes the content digests of many files.
///
/// Most files have a tree of one hash block, and sixteen such blocks are hashed in little more than
/// the time of two: they wait until there are so many.
public struct ContentRootBatch {
    /// Whatever its owner knows a file by, and the file's digest.
    public typealias Root = (place: Int, digest: SHA256Digest)

    private static let capacity = 16

    /// The hash blocks that wait, and whose they are.
    private var pages: [UInt8] = []
    private var places: [Int] = []
    private var roots: [Root] = []

    public init() {}

    /// Takes a file whose leaves have all come.
    public mutating func add(_ content: ContentRoot, place: Int) {
        add(content.collector, place: place)
    }

    mutating func add(_ leaves: LeafCollector, place: Int) {
        var leaves = leaves
        guard leaves.appendOnlyHashBlock(to: &pages) else {
            roots.append((place, leaves.root()))
            return
        }
        places.append(place)
        if places.count == Self.capacity { hashPages() }
    }

    /// The digests that are known by now and have not been taken yet, in any order.
    public mutating func takeRoots() -> [Root] {
        let known = roots
        // Mostly there are none, and nothing is to be made anew.
        if !known.isEmpty { roots = [] }
        return known
    }

    /// The digests of all that came and have not been taken yet, in any order.
    public mutating func finish() -> [Root] {
        hashPages()
        return takeRoots()
    }

    private mutating func hashPages() {
        for (place, digest) in zip(places, PageHasher.sha256(pages)) {
            roots.append((place, digest))
        }
        places.removeAll(keepingCapacity: true)
        pages.removeAll(keepingCapacity: true)
    }
}

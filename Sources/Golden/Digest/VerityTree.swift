/// The dm-verity hash tree over an image: SHA-256, data and hash blocks of 4 KiB, no salt, format 1.
///
/// The same number comes from
/// `veritysetup format --hash=sha256 --salt=- --data-block-size=4096 --hash-block-size=4096`
/// (lib/verity/verity_hash.c of cryptsetup; Documentation/admin-guide/device-mapper/verity.rst).
/// A leaf is the digest of a data block; 128 digests make a hash block, filled up with zeros at the
/// end of a level; the digest of the one block of the top level is the root. A last block that the
/// image fills only in part is hashed as if zeros followed; veritysetup would leave it out.
///
/// Spans of zeros are never stored: their digests are constants, and an image of holes costs
/// nothing, however large it says it is.
public struct VerityTree: Sendable {
    /// Data and hash blocks, in bytes.
    public static let blockByteCount = 4096
    /// Digests in a hash block.
    public static let fanOut = 128
    /// What one hash block of the first level covers, in bytes: 512 KiB.
    public static let spanByteCount = blockByteCount * fanOut

    /// The size of the image in bytes.
    public let byteCount: UInt64

    public init(byteCount: UInt64) {
        self.byteCount = byteCount
    }

    /// Data blocks, the last one perhaps in part.
    public var blockCount: UInt64 {
        byteCount / UInt64(Self.blockByteCount)
            + (byteCount % UInt64(Self.blockByteCount) == 0 ? 0 : 1)
    }

    /// Spans, the last one perhaps in part.
    public var spanCount: UInt64 { Self.parents(of: blockCount) }

    /// The blocks of one span: 128, or fewer in the last one.
    public func blockCount(ofSpan index: UInt64) -> Int {
        let before = index * UInt64(Self.fanOut)
        return Int(min(UInt64(Self.fanOut), blockCount - before))
    }

    /// The digest of a span that holds only zeros.
    public func zeroDigest(ofSpan index: UInt64) -> SHA256Digest {
        let leaves = blockCount(ofSpan: index)
        return leaves == Self.fanOut
            ? Self.zeroSpan
            : Self.digest(of: [SHA256Digest](repeating: Self.zeroLeaf, count: leaves))
    }

    /// The root over `spans`, which are sorted by index; what is left out is zeros.
    func root(of spans: [SpanHash]) -> SHA256Digest {
        if blockCount == 1 { return spans.first?.firstLeaf ?? Self.zeroLeaf }
        return root(ofSpans: spans.map { Node(index: $0.index, digest: $0.digest) })
    }

    /// The root over the hash blocks of the first level, of which an image of one block has none.
    func root(ofSpans nodes: [Node]) -> SHA256Digest {
        var level = Level(nodes: nodes, count: spanCount, zero: Self.zeroSpan)
        if level.nodes.last?.index != spanCount - 1 {
            // The last one may cover less than the others, so no constant stands for it.
            level.nodes.append(
                Node(index: spanCount - 1, digest: zeroDigest(ofSpan: spanCount - 1)))
        }
        while level.count > 1 { level = level.parent() }
        return level.nodes.first?.digest ?? level.zero
    }

    /// A digest and its position in its level.
    struct Node {
        let index: UInt64
        let digest: SHA256Digest
    }

    static func parents(of count: UInt64) -> UInt64 {
        count / UInt64(fanOut) + (count % UInt64(fanOut) == 0 ? 0 : 1)
    }

    /// The digest of a hash block of up to 128 digests.
    static func digest(of children: [SHA256Digest]) -> SHA256Digest {
        var block: [UInt8] = []
        block.reserveCapacity(blockByteCount)
        for child in children { child.append(to: &block) }
        block.append(contentsOf: repeatElement(0, count: blockByteCount - block.count))
        return SHA256Digest(of: block)
    }

    /// Adds a hash block of `count` digests to some pages. Of these are `leaves`, in rising order of
    /// their slots; those that are not there are of zeros.
    static func appendHashBlock(
        of leaves: [(slot: Int, leaf: SHA256Digest)], count: Int, to pages: inout [UInt8]
    ) {
        var next = 0
        for (slot, leaf) in leaves {
            for _ in next..<slot { zeroLeaf.append(to: &pages) }
            leaf.append(to: &pages)
            next = slot + 1
        }
        for _ in next..<count { zeroLeaf.append(to: &pages) }
        pages += repeatElement(0, count: blockByteCount - count * SHA256Digest.byteCount)
    }

    /// The digest of a data block of zeros.
    static let zeroLeaf = SHA256Digest(of: [UInt8](repeating: 0, count: blockByteCount))
    private static let zeroSpan = digest(of: [SHA256Digest](repeating: zeroLeaf, count: fanOut))
}

/// One level of the tree: the nodes that are not the constant one, by index.
private struct Level {
    var nodes: [VerityTree.Node]
    let count: UInt64
    /// The digest of a node whose whole range is zeros.
    let zero: SHA256Digest

    /// The level above. Costs as much as the nodes that are stored, not as those that are not.
    func parent() -> Level {
        let fanOut = UInt64(VerityTree.fanOut)
        var above = Level(
            nodes: [], count: VerityTree.parents(of: count),
            zero: VerityTree.digest(
                of: [SHA256Digest](repeating: zero, count: VerityTree.fanOut)))
        var next = 0
        while next < nodes.count {
            let parent = nodes[next].index / fanOut
            let width = Int(min(fanOut, count - parent * fanOut))
            var children = [SHA256Digest](repeating: zero, count: width)
            while next < nodes.count, nodes[next].index / fanOut == parent {
                children[Int(nodes[next].index % fanOut)] = nodes[next].digest
                next += 1
            }
            above.nodes.append(.init(index: parent, digest: VerityTree.digest(of: children)))
        }
        return above
    }
}

/// Content digests that wait to be computed together.
///
/// Most files have a tree of one hash block, and sixteen such blocks are hashed in little more than
/// the time of two. Until they are, the digest's place in the text holds zeros.
struct PendingRoots {
    private static let capacity = 16

    /// The hash blocks.
    private var pages: [UInt8] = []
    /// Where in the text each digest goes.
    private var places: [Int] = []

    /// Takes the leaves of a hash block of `count`, in rising order of their slots; those that are not
    /// there are of zeros. The digest goes to the end of the text.
    mutating func add(
        _ leaves: [(slot: Int, leaf: SHA256Digest)], of count: Int, to text: inout [UInt8]
    ) {
        VerityTree.appendHashBlock(of: leaves, count: count, to: &pages)
        places.append(text.count)
        text += repeatElement(UInt8(ascii: "0"), count: 2 * SHA256Digest.byteCount)
        if places.count == Self.capacity { fill(&text) }
    }

    /// Writes the digests that wait into their places.
    mutating func fill(_ text: inout [UInt8]) {
        guard !places.isEmpty else { return }
        for (place, digest) in zip(places, PageHasher.sha256(pages)) {
            for (index, byte) in digest.bytes.enumerated() {
                text[place + 2 * index] = Self.digits[Int(byte >> 4)]
                text[place + 2 * index + 1] = Self.digits[Int(byte & 15)]
            }
        }
        places.removeAll(keepingCapacity: true)
        pages.removeAll(keepingCapacity: true)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

/// Content digests that wait to be computed together.
///
/// Most files have a tree of one hash block, and sixteen such blocks are hashed in little more than
/// the time of two. Until they are, the digest's place in the text holds zeros.
struct PendingRoots {
    private static let capacity = 16

    /// The hash blocks.
    private var pages: [UInt8] = []
    /// Where in the text each digest goes, and whose it is.
    private var places: [(offset: Int, inode: UInt32)] = []
    private let keepsDigests: Bool
    /// The digests of all that came, where they are kept, in any order.
    private(set) var digests: [(inode: UInt32, digest: SHA256Digest)] = []

    init(keepsDigests: Bool) { self.keepsDigests = keepsDigests }

    /// Adds a digest that need not wait to the text.
    mutating func add(_ digest: SHA256Digest, of inode: UInt32, to text: inout [UInt8]) {
        digest.appendHex(to: &text)
        keep(digest, of: inode)
    }

    /// Takes the leaves of a hash block of `count`, in rising order of their slots; those that are not
    /// there are of zeros. The digest goes to the end of the text.
    mutating func add(
        _ leaves: [(slot: Int, leaf: SHA256Digest)], count: Int, of inode: UInt32,
        to text: inout [UInt8]
    ) {
        VerityTree.appendHashBlock(of: leaves, count: count, to: &pages)
        places.append((text.count, inode))
        text += repeatElement(UInt8(ascii: "0"), count: 2 * SHA256Digest.byteCount)
        if places.count == Self.capacity { fill(&text) }
    }

    /// Writes the digests that wait into their places.
    mutating func fill(_ text: inout [UInt8]) {
        guard !places.isEmpty else { return }
        for (place, digest) in zip(places, PageHasher.sha256(pages)) {
            for (index, byte) in digest.bytes.enumerated() {
                text[place.offset + 2 * index] = Self.digits[Int(byte >> 4)]
                text[place.offset + 2 * index + 1] = Self.digits[Int(byte & 15)]
            }
            keep(digest, of: place.inode)
        }
        places.removeAll(keepingCapacity: true)
        pages.removeAll(keepingCapacity: true)
    }

    private mutating func keep(_ digest: SHA256Digest, of inode: UInt32) {
        if keepsDigests { digests.append((inode, digest)) }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

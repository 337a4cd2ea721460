/// What one pass over one span yields: the digest of its dm-verity hash block, and, where asked
/// for, the XXH3 of each of its blocks.
///
/// A span is the 512 KiB that one hash block of the tree's first level covers.
public struct SpanHash: Equatable, Sendable {
    /// The position of the span: its first byte is at this times ``VerityTree/spanByteCount``.
    public let index: UInt64
    /// SHA-256 of the hash block: of the leaves of the span, filled up with zeros to 4 KiB.
    public let digest: SHA256Digest
    /// The leaf of the span's first block. An image of one block has no hash block, so this is
    /// its root.
    let firstLeaf: SHA256Digest
    /// Bit n is set where block n of the span holds a byte that is not zero.
    public let present: UInt128
    /// XXH3 of the blocks whose bit is set, in order; empty where it was not asked for.
    public let blocks: [UInt64]
}

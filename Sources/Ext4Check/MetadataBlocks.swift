/// The blocks that hold the file system's own structures, for one thread.
///
/// A class, of which every thread has its own: every walk over the blocks of an inode holds it, and threads
/// that count their references to one object spend much of their time on that.
final class MetadataBlocks {
    private let blocks: SparseBits

    init(_ blocks: SparseBits) { self.blocks = blocks }

    /// Whether a block is one of them.
    func contains(_ block: UInt64) -> Bool { blocks.contains(block) }
}

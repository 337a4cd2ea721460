/// The digests of all classes of owners, of an image whose builder knows the owners of its blocks.
public struct KnownOwners {
    private var tally: ClassTally<[ClassRun]>

    /// - Parameter runs: who holds what, by the first block, without overlaps; what nobody holds is free.
    public init(_ runs: [ClassRun]) { tally = ClassTally(runs) }

    /// Takes the leaf of a block that is not zeros. Blocks must rise.
    public mutating func add(_ block: UInt64, _ leaf: SHA256Digest) { tally.add(block, leaf) }

    /// All classes of a file system of so many blocks of 4 KiB, in the order of a golden.
    public mutating func finish(blockCount: UInt64) -> [GoldenFile.OwnerClass] {
        tally.finish(blockCount: blockCount)
    }
}

internal import Golden

/// What a golden says of the blocks of an image that is being written, from their leaves in rising order.
struct GoldenLeaves {
    /// Of the classes of owners, and by file of the contents, as ``FileDigests`` has them.
    struct Digests {
        let classes: [GoldenFile.OwnerClass]
        let contents: [SHA256Digest?]
    }

    private var owners: KnownOwners
    private var files: FileDigests
    private let blockCount: UInt64

    init(_ plan: Plan) {
        owners = KnownOwners(plan.owners)
        files = FileDigests(plan)
        blockCount = plan.geometry.blockCount
    }

    /// Takes the leaf of a block that is not zeros.
    mutating func add(_ block: UInt64, _ leaf: SHA256Digest) {
        owners.add(block, leaf)
        files.add(block, leaf)
    }

    /// What all blocks come to.
    mutating func finish() -> Digests {
        Digests(classes: owners.finish(blockCount: blockCount), contents: files.finish())
    }
}

public import Ext4Image

/// Blocks side by side whose owners are of one class.
public struct ClassRun: Sendable {
    public let blocks: Range<UInt64>
    public let owner: OwnerClassName

    public init(_ blocks: Range<UInt64>, _ owner: OwnerClassName) {
        self.blocks = blocks
        self.owner = owner
    }
}

extension GoldenFile.OwnerClass {
    /// All classes of an image whose builder knows the owners of its blocks.
    ///
    /// - Parameters:
    ///   - owners: who holds what, by the first block, without overlaps; what nobody holds is free.
    ///   - image: the image.
    ///   - digest: tells which of its blocks are zeros.
    ///   - leaves: the hashes of its blocks.
    /// - Returns: the classes in the order of a golden.
    public static func all(
        by owners: [ClassRun], in image: Ext4Image, _ digest: ImageDigest, _ leaves: LeafHashes
    ) -> [GoldenFile.OwnerClass] {
        ClassDigests(image: image, owners: owners, digest: digest, leaves: leaves).classes()
    }
}

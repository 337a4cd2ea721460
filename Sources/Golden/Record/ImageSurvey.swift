public import Ext4Image
import HostSystem
public import ImageBytes

/// Everything a golden says of an image, computed from its bytes: what record writes down and what
/// verify holds against it.
public struct ImageSurvey: Sendable {
    /// Of the bytes.
    public let digest: ImageDigest
    /// The file system; nil where there is none that can be read.
    public let image: Ext4Image?
    /// Why there is no file system.
    public let imageError: ImageError?
    /// The owner of every block; nil where there is no file system.
    public let owners: OwnerMap?
    public let superblock: [GoldenFile.Fact]
    public let groups: [GoldenFile.Group]
    /// Nil where there are too many extents to know every block's owner.
    public let classes: [GoldenFile.OwnerClass]?
    /// Nil where there is no file system.
    public let tree: Result<TreeDigest, TreeError>?

    /// Makes one pass over the bytes, and reads the file system meanwhile.
    ///
    /// `blocks` and `plain` ask for the hash of every block and for the plain SHA-256, `entries`
    /// for a line for each name.
    /// - Throws: ``DigestError`` where the bytes cannot be read.
    public init(
        of bytes: MappedImage, jobs: Int, blocks: Bool = false, plain: Bool = false,
        entries: Bool = false
    ) throws(DigestError) {
        let leaves = try LeafHashes(path: bytes.path, byteCount: UInt64(bytes.count))
        let (found, structure) = ThreadTeam.both(workers: jobs) {
            Result { () throws(DigestError) in
                try ImageDigest.compute(
                    of: bytes, jobs: jobs, blocks: blocks, plain: plain, keeper: leaves)
            }
        } _: {
            Result { () throws(ImageError) in try ImageStructure(of: bytes, jobs: jobs) }
        }
        let digest = try found.get()
        self.digest = digest
        switch structure {
        case .failure(let error):
            image = nil
            imageError = error
            owners = nil
            superblock = []
            groups = []
            classes = []
            tree = nil
        case .success(let structure):
            image = structure.image
            imageError = nil
            owners = structure.owners
            superblock = SuperblockFacts.facts(of: structure.image.superblock)
            groups = GroupFacts.facts(of: structure.image)
            (classes, tree) = ThreadTeam.both(workers: jobs) {
                structure.owners.isTruncated
                    ? nil
                    : ClassDigests(
                        image: structure.image, owners: structure.owners, digest: digest,
                        leaves: leaves
                    ).classes()
            } _: {
                structure.tree(leaves, jobs: jobs, entries: entries)
            }
        }
    }
}

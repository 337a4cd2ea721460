public import Ext4Image
public import ImageBytes

/// Everything a golden says of an image, computed from its bytes: what record writes down and what
/// verify holds against it.
public struct ImageSurvey: Sendable {
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

    /// Makes one pass over the bytes, and then reads the file system.
    ///
    /// `blocks` and `plain` ask for the hash of every block and for the plain SHA-256, `entries`
    /// for a line for each name.
    /// - Throws: ``DigestError`` where the bytes cannot be read.
    public init(
        of bytes: MappedImage, jobs: Int, blocks: Bool = false, plain: Bool = false,
        entries: Bool = false
    ) throws(DigestError) {
        let leaves = try LeafHashes(path: bytes.path, byteCount: UInt64(bytes.count))
        let digest = try ImageDigest.compute(
            of: bytes, jobs: jobs, blocks: blocks, plain: plain, keeper: leaves)
        self.init(of: bytes, digest: digest, leaves: leaves, jobs: jobs, entries: entries)
    }

    /// The same where the digest is known: a builder has it from writing the bytes.
    public init(
        of bytes: MappedImage, digest: ImageDigest, leaves: LeafHashes, jobs: Int,
        entries: Bool = false
    ) {
        self.digest = digest
        let image: Ext4Image
        do {
            image = try Ext4Image(bytes)
        } catch {
            self.image = nil
            imageError = error
            owners = nil
            superblock = []
            groups = []
            classes = []
            tree = nil
            return
        }
        self.image = image
        imageError = nil
        superblock = SuperblockFacts.facts(of: image.superblock)
        groups = image.groups.enumerated().map { GroupFacts.facts(of: $1, number: $0) }
        let owners = OwnerMap(of: image, workers: max(1, jobs))
        self.owners = owners
        classes =
            owners.isTruncated
            ? nil : ClassDigests(owners: owners, digest: digest, leaves: leaves).classes()
        do {
            tree = .success(
                try TreeDigest(of: image, leaves: leaves, jobs: jobs, keepsEntries: entries))
        } catch { tree = .failure(error) }
    }
}

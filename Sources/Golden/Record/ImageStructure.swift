import Ext4Image
import ImageBytes

/// What can be read of an image's file system while its bytes are still being hashed.
struct ImageStructure: Sendable {
    let image: Ext4Image
    let owners: OwnerMap
    private let names: Result<TreeSurvey, TreeError>

    init(of bytes: MappedImage, jobs: Int) throws(ImageError) {
        let image = try Ext4Image(bytes)
        self.image = image
        owners = OwnerMap(of: image, workers: max(1, jobs))
        // The inode tables are not needed all at once any more.
        bytes.releaseAll()
        names = Result { () throws(TreeError) in try TreeSurvey(of: image) }
    }

    /// The digest of the tree, from the leaves of the whole image.
    func tree(_ leaves: LeafHashes, jobs: Int, entries: Bool) -> Result<TreeDigest, TreeError> {
        Result { () throws(TreeError) in
            try TreeDigest(
                of: image, try names.get(), leaves: leaves, jobs: jobs, keepsEntries: entries)
        }
    }
}

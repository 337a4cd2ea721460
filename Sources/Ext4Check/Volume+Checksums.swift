import Ext4Layout
import ImageBytes

/// Whether checksums fit; without the feature, every one does.
extension Volume {
    /// An inode's checksum; one of zeros needs none (`ext2fs_inode_csum_verify`).
    func inodeChecksumFits(_ disk: ImageSlice, _ record: InodeRecord) -> Bool {
        guard hasMetadataChecksums else { return true }
        let slice = disk.slice(record.offset..<record.offset + inodeSize)
        return checksums.isValid(Inode(slice, number: record.number))
            || slice.isZero(0..<128)
    }

    /// The checksum at the end of an extent block.
    func extentBlockChecksumFits(_ node: borrowing ExtentNode, _ record: InodeRecord) -> Bool {
        guard hasMetadataChecksums else { return true }
        return node.checksum == MetadataChecksums.extents(node, inodeSeed: seed(of: record))
    }

    /// The checksum in the header of an attribute block.
    func attributeBlockChecksumFits(_ slice: ImageSlice, block: UInt64) -> Bool {
        guard hasMetadataChecksums else { return true }
        return slice[XattrHeader.Fields.checksum] == checksums.xattrs(slice, number: block)
    }

    /// What the checksums of an inode's own blocks start from.
    func seed(of record: InodeRecord) -> UInt32 {
        checksums.seed(ofInode: record.number, generation: record.generation)
    }
}

import Ext4Image
import Ext4Layout

/// Whether bits of a bitmap say, in both images, what is in use there: only then do they follow from
/// what came, went or moved.
struct BitmapProof {
    let old: OwnerMap
    let new: OwnerMap

    func isRight(_ owner: ByteOwner) -> Bool {
        switch owner.place {
        case .blockBitmap(_, let blocks):
            blocks.allSatisfy { block in
                [old, new].allSatisfy { Self.isRight(block: block, in: $0) }
            }
        case .inodeBitmap(_, let inodes):
            inodes.allSatisfy { number in
                [old, new].allSatisfy { Self.isRight(inode: number, in: $0.image) }
            }
        default: false
        }
    }

    private static func isRight(block: UInt64, in owners: OwnerMap) -> Bool {
        guard let isMarked = owners.image.isBlockMarked(block) else { return false }
        switch owners.owner(of: block) {
        case .lost: return false
        // The rest of a cluster that a file ends in is marked with it.
        case .free: return !isMarked || owners.image.geometry.blocksPerCluster > 1
        default: return isMarked
        }
    }

    private static func isRight(inode number: UInt64, in image: Ext4Image) -> Bool {
        guard let number = UInt32(exactly: number), let isMarked = image.isInodeMarked(number),
            let inode = image.inode(number)
        else { return false }
        return isMarked == (inode.isInUse || number < image.superblock.firstInode)
    }
}

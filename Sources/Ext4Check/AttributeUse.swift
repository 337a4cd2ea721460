import Ext4Layout
import ImageBytes

/// Attribute blocks and attribute inodes: each is sound, and used as often as it says.
struct AttributeUse {
    let volume: Volume
    /// How often an inode that holds a value is referred to.
    private(set) var valueReferences: [UInt32: UInt64] = [:]

    private struct Block {
        let first: UInt32
        var uses: UInt64
    }

    init(_ volume: Volume) { self.volume = volume }

    /// Notes references from inodes' bodies.
    mutating func addReferences(_ inodes: [UInt32]) {
        for inode in inodes { valueReferences[inode, default: 0] += 1 }
    }

    /// Checks every attribute block once, and takes its cluster.
    ///
    /// - Parameter uses: every use, in the order of the inodes.
    mutating func checkBlocks(
        _ uses: [AttributeBlockUse], _ blocks: inout BlockUse, _ log: inout FindingLog
    ) {
        var references: [UInt32] = []
        defer { addReferences(references) }
        let volume = volume
        let image = volume.image
        let disk = image.slice
        var known: [UInt64: Block] = [:]
        var order: [UInt64] = []
        for use in uses {
            if known[use.block] != nil {
                known[use.block]?.uses += 1
                continue
            }
            known[use.block] = Block(first: use.inode, uses: 1)
            order.append(use.block)
            guard let offset = volume.offset(ofInode: use.inode) else { continue }
            let record = InodeRecord(
                disk, number: use.inode, offset: offset, inodeSize: volume.inodeSize)
            references += XattrCheck(volume: volume).checkBlock(use.block, disk, record, &log)
            blocks.take(
                ClusterClaim(
                    clusters: volume.clusters(use.block..<use.block + 1), inode: use.inode), &log)
        }
        for number in order {
            guard let block = known[number], let offset = volume.offset(ofBlock: number) else {
                continue
            }
            let stored = UInt64(disk[XattrHeader.Fields.referenceCount, from: offset])
            if stored != block.uses {
                log.add(
                    .xattrReferences, at: .block(number, offset: 4),
                    "the attribute block says \(stored) references, there are \(block.uses)")
            }
        }
    }
}

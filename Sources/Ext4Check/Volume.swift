import Ext4Layout
import ImageBytes

/// What every check works on: the bytes, and the numbers that follow from the superblock.
///
/// A class, since it is handed to every check of every inode, and a reference is cheap to hand on.
final class Volume: Sendable {
    let image: MappedImage
    let superblock: Superblock
    let geometry: Geometry
    let groups: [GroupDescriptor]
    let checksums: MetadataChecksums

    let blockSize: Int
    /// The first block that files and metadata may lie in.
    let firstBlock: UInt64
    /// One past the last block.
    let endBlock: UInt64
    /// Blocks to a cluster, as a power of two.
    let clusterBits: UInt64
    let compatible: CompatibleFeatures
    let incompatible: IncompatibleFeatures
    let readOnly: ReadOnlyFeatures
    /// The first inode that is not reserved.
    let firstInode: UInt32
    let inodeCount: UInt32
    /// The inodes that the superblock gives to quotas and orphans, with their features or without:
    /// no entry may refer to them.
    let namelessInodes: [UInt32]
    let inodeSize: Int
    let hashVersion: DirectoryHash.Version?
    let hashSeed: DirectoryHash.Seed
    /// Names are hashed as unsigned characters (`EXT2_FLAGS_UNSIGNED_HASH`).
    let hashesUnsigned: Bool

    init(
        image: MappedImage, superblock: Superblock, geometry: Geometry,
        groups: [GroupDescriptor]
    ) {
        self.image = image
        self.superblock = superblock
        self.geometry = geometry
        self.groups = groups
        checksums = MetadataChecksums(superblock)
        blockSize = geometry.blockSize
        firstBlock = geometry.firstDataBlock
        endBlock = geometry.blockCount
        clusterBits = UInt64(geometry.blocksPerCluster.trailingZeroBitCount)
        compatible = superblock.compatible
        incompatible = superblock.incompatible
        readOnly = superblock.readOnly
        firstInode = superblock.firstInode
        inodeCount = superblock[Superblock.Fields.inodesCount]
        typealias Fields = Superblock.Fields
        namelessInodes = [
            Fields.userQuotaInode, Fields.groupQuotaInode, Fields.projectQuotaInode,
            Fields.orphanFileInode,
        ].map { superblock[$0] }.filter { $0 != 0 }
        inodeSize = geometry.inodeSize
        hashVersion = DirectoryHash.Version(
            rawValue: superblock[Superblock.Fields.defaultHashVersion])
        hashSeed = superblock.hashSeed
        hashesUnsigned = superblock[Superblock.Fields.flags] & 2 != 0
    }

    /// The same, for one thread alone: threads that count their references to one object wait for one
    /// another.
    convenience init(_ other: Volume) {
        self.init(
            image: other.image, superblock: other.superblock, geometry: other.geometry,
            groups: other.groups)
    }

    /// Descriptors carry a checksum, and with it the flags for what was never initialised.
    var hasDescriptorChecksums: Bool {
        readOnly.contains(.metadataChecksums) || readOnly.contains(.descriptorChecksums)
    }

    var hasMetadataChecksums: Bool { readOnly.contains(.metadataChecksums) }

    /// `s_creator_os` is EXT2_OS_LINUX.
    var isFromLinux: Bool { superblock[Superblock.Fields.creatorOS] == 0 }

    /// `s_creator_os` is EXT2_OS_HURD.
    var isFromHurd: Bool { superblock[Superblock.Fields.creatorOS] == 1 }

    /// Whether files may use a block of this number.
    func isValid(_ block: UInt64) -> Bool { block >= firstBlock && block < endBlock }

    /// Where a block starts in the image; nil where the image has not all of it.
    func offset(ofBlock block: UInt64) -> Int? {
        guard block < endBlock else { return nil }
        let (offset, overflow) = block.multipliedReportingOverflow(by: UInt64(blockSize))
        guard !overflow, offset <= UInt64(image.count),
            UInt64(image.count) - offset >= UInt64(blockSize)
        else { return nil }
        return Int(offset)
    }

    /// The clusters that a run of blocks lies in.
    func clusters(_ blocks: Range<UInt64>) -> Range<UInt64> {
        let end = (blocks.upperBound + (1 << clusterBits) - 1) >> clusterBits
        return blocks.lowerBound >> clusterBits..<max(end, blocks.lowerBound >> clusterBits)
    }

    /// Where an inode starts in the image; nil where its table has no such place.
    func offset(ofInode number: UInt32) -> Int? {
        guard let place = geometry.position(ofInode: number) else { return nil }
        let table = groups[place.group].inodeTable
        guard table != 0 else { return nil }
        let byte = UInt64(place.index) * UInt64(inodeSize)
        let block = table.addingReportingOverflow(byte / UInt64(blockSize))
        guard !block.overflow, let start = offset(ofBlock: block.partialValue) else { return nil }
        return start + Int(byte % UInt64(blockSize))
    }

    /// The inode of a quota file (`quota_sb_inump`), 0 where there is none.
    func quotaInode(_ type: QuotaType) -> UInt32 {
        switch type {
        case .user: superblock[Superblock.Fields.userQuotaInode]
        case .group: superblock[Superblock.Fields.groupQuotaInode]
        case .project: superblock[Superblock.Fields.projectQuotaInode]
        }
    }

    /// Whether an inode number is kept for a quota file (`quota_type2inum`).
    func isReservedForQuota(_ number: UInt32) -> Bool {
        number == 3 || number == 4
            || (number != 0 && number == superblock[Superblock.Fields.projectQuotaInode])
    }

    /// `s_orphan_file_inum`.
    var orphanFileInode: UInt32 { superblock[Superblock.Fields.orphanFileInode] }
}

/// What a quota file counts by.
enum QuotaType: Int, CaseIterable, Sendable {
    case user
    case group
    case project

    /// The field of the superblock that names its file's inode.
    var field: String {
        switch self {
        case .user: "s_usr_quota_inum"
        case .group: "s_grp_quota_inum"
        case .project: "s_prj_quota_inum"
        }
    }
}

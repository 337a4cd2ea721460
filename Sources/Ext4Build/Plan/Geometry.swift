/// Where the fixed structures of a file system lie: superblocks, descriptors, bitmaps, inode tables.
///
/// A pure function of two numbers. It follows `ext2fs_initialize` (lib/ext2fs/initialize.c) for the
/// sizes and packs the bitmaps and tables of 16 groups into the first of them (flex_bg).
public struct Geometry: Sendable, Equatable {
    public static let blockSize: UInt64 = 4_096
    public static let blocksPerGroup: UInt64 = 32_768
    public static let inodeSize = 256
    public static let inodesPerBlock = 16
    public static let descriptorsPerBlock = 64
    public static let groupsPerFlex = 16
    /// A bitmap is one block, so a group has as many inodes at the most.
    public static let maximumInodesPerGroup = 32_768
    /// resize_inode keeps block numbers in 32 bits: 16 TiB.
    public static let maximumBlockCount: UInt64 = 1 << 32
    /// What `ext2fs_initialize` wants the last group to have beside its own structures.
    static let lastGroupReserve: UInt64 = 50

    /// Where one group's structures begin, as block numbers.
    public struct Group: Sendable, Equatable {
        public let blockBitmap: UInt64
        public let inodeBitmap: UInt64
        public let inodeTable: UInt64
    }

    public let blockCount: UInt64
    public let inodesPerGroup: Int
    /// Blocks of group descriptors behind each superblock.
    public let descriptorBlocks: UInt64
    /// Blocks behind those that an online resize can turn into descriptors.
    public let reservedDescriptorBlocks: UInt64
    public let groups: [Group]
    /// All blocks of the above, as sorted runs that do not touch.
    public let metadata: [Range<UInt64>]

    public var groupCount: Int { groups.count }
    public var inodeCount: UInt64 { UInt64(inodesPerGroup) * UInt64(groupCount) }
    public var inodeTableBlocks: UInt64 { UInt64(inodesPerGroup / Self.inodesPerBlock) }
    /// Each copy of the superblock with the descriptors, and the blocks for growth, behind it.
    var heads: [Range<UInt64>] {
        Self.heads(
            groupCount: groupCount, blockCount: 1 + descriptorBlocks + reservedDescriptorBlocks)
    }
    /// Behind each copy of the descriptors, the blocks that an online resize can turn into more of them.
    var growth: [Range<UInt64>] { heads.map { $0.suffix(Int(reservedDescriptorBlocks)) } }
    var bitmaps: [Range<UInt64>] {
        groups.flatMap {
            [$0.blockBitmap..<$0.blockBitmap + 1, $0.inodeBitmap..<$0.inodeBitmap + 1]
        }
    }
    var inodeTables: [Range<UInt64>] {
        groups.map { $0.inodeTable..<$0.inodeTable + inodeTableBlocks }
    }
    public var metadataBlockCount: UInt64 { metadata.reduce(0) { $0 + UInt64($1.count) } }

    /// The geometry of `blockCount` blocks with at least `inodeCount` inodes, or nil where there is
    /// none: the last group is too small for its structures, or the inodes do not fit.
    public init?(blockCount: UInt64, inodeCount: UInt64) {
        guard blockCount > 0, blockCount < Self.maximumBlockCount else { return nil }
        let groupCount = Int((blockCount + Self.blocksPerGroup - 1) / Self.blocksPerGroup)
        let perGroup = (inodeCount + UInt64(groupCount) - 1) / UInt64(groupCount)
        guard perGroup <= UInt64(Self.maximumInodesPerGroup) else { return nil }

        let tableBlocks = max(
            1, (perGroup + UInt64(Self.inodesPerBlock) - 1) / UInt64(Self.inodesPerBlock))
        let descriptors = UInt64(
            (groupCount + Self.descriptorsPerBlock - 1) / Self.descriptorsPerBlock)
        let reserved = Self.reservedDescriptorBlocks(
            blockCount: blockCount, descriptorBlocks: descriptors)
        let heads = Self.heads(groupCount: groupCount, blockCount: 1 + descriptors + reserved)
        guard
            Self.lastGroupIsLargeEnough(
                blockCount: blockCount, head: 1 + descriptors + reserved, groupCount: groupCount,
                tableBlocks: tableBlocks),
            let packed = Self.pack(
                groupCount: groupCount, tableBlocks: tableBlocks, heads: heads,
                blockCount: blockCount)
        else { return nil }
        self.blockCount = blockCount
        inodesPerGroup = Int(tableBlocks) * Self.inodesPerBlock
        descriptorBlocks = descriptors
        reservedDescriptorBlocks = reserved
        groups = packed.groups
        metadata = (heads + packed.runs).joinedRuns()
    }

    /// Whether a group holds a copy of the superblock and descriptors: 0, 1 and the powers of 3, 5
    /// and 7 (sparse_super; `ext2fs_bg_has_super`).
    public static func hasSuperblock(_ group: Int) -> Bool {
        guard group > 1 else { return true }
        return [3, 5, 7].contains { base in
            var power = base
            while power < group { power *= base }
            return power == group
        }
    }

    private static func heads(groupCount: Int, blockCount: UInt64) -> [Range<UInt64>] {
        (0..<groupCount).filter(hasSuperblock).map { group in
            let start = UInt64(group) * blocksPerGroup
            return start..<start + blockCount
        }
    }

    /// Room for descriptors of 1,024 times as many blocks, or of 2^32, as far as one block of
    /// pointers reaches (`calc_reserved_gdt_blocks`); one block at least, so that every image grows.
    private static func reservedDescriptorBlocks(
        blockCount: UInt64, descriptorBlocks: UInt64
    ) -> UInt64 {
        let most: UInt64 = 0xFFFF_FFFF
        let target = blockCount < most / 1_024 ? blockCount * 1_024 : most
        let targetGroups = (target + blocksPerGroup - 1) / blocksPerGroup
        let perBlock = UInt64(descriptorsPerBlock)
        let blocks = (targetGroups + perBlock - 1) / perBlock
        let pointersPerBlock: UInt64 = 1_024
        return max(1, min(blocks - min(blocks, descriptorBlocks), pointersPerBlock))
    }

    private static func lastGroupIsLargeEnough(
        blockCount: UInt64, head: UInt64, groupCount: Int, tableBlocks: UInt64
    ) -> Bool {
        let rest = blockCount % blocksPerGroup
        guard rest > 0 else { return true }
        let own = 2 + tableBlocks + (hasSuperblock(groupCount - 1) ? head : 0)
        return rest >= own + lastGroupReserve
    }

    /// Packs each flex group's block bitmaps, inode bitmaps and inode tables behind the head of its
    /// first group, around the heads of later ones.
    private static func pack(
        groupCount: Int, tableBlocks: UInt64, heads: [Range<UInt64>], blockCount: UInt64
    ) -> (groups: [Group], runs: [Range<UInt64>])? {
        var groups: [Group] = []
        groups.reserveCapacity(groupCount)
        var runs: [Range<UInt64>] = []
        for first in stride(from: 0, to: groupCount, by: groupsPerFlex) {
            let count = min(groupsPerFlex, groupCount - first)
            let start = UInt64(first) * blocksPerGroup
            var cursor = start
            let near = heads.filter { $0.upperBound > start }.prefix(groupsPerFlex + 1)
            func place(_ length: UInt64) -> UInt64 {
                for head in near where head.lowerBound < cursor + length && cursor < head.upperBound
                {
                    cursor = head.upperBound
                }
                defer {
                    runs.append(cursor..<cursor + length)
                    cursor += length
                }
                return cursor
            }
            let blockBitmaps = (0..<count).map { _ in place(1) }
            let inodeBitmaps = (0..<count).map { _ in place(1) }
            let inodeTables = (0..<count).map { _ in place(tableBlocks) }
            guard cursor <= blockCount else { return nil }
            for index in 0..<count {
                groups.append(
                    Group(
                        blockBitmap: blockBitmaps[index], inodeBitmap: inodeBitmaps[index],
                        inodeTable: inodeTables[index]))
            }
        }
        return (groups, runs)
    }
}

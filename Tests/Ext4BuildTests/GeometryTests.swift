import SystemPackage
import TestKit
import Testing

@testable import Ext4Build

/// The numbers that a size comes to, held against mke2fs.
@Suite struct GeometryTests {
    private static let blockCounts: [UInt64] = [
        2_048, 32_767, 32_768, 32_769, 33_000, 65_536, 131_071, 262_143, 262_144, 524_287, 524_288,
        1_000_003, 2_097_152, 4_194_303, 4_194_304, 4_300_000, 8_388_608, 16_777_216, 33_554_432,
        40_000_000,
    ]

    @Test(arguments: blockCounts, [UInt64(100), 50_000])
    func `groups, inodes, descriptors and journal are those of mke2fs`(
        blocks: UInt64, inodes: UInt64
    ) async throws {
        guard inodes * 16 < blocks * 4 else { return }
        let folder = try ScratchFolder()
        let text = try await Shell.run(
            """
            truncate -s $((\(blocks) * 4096)) image
            mke2fs -qF -t ext4 -b 4096 -I 256 -N \(inodes) -O 64bit,metadata_csum,resize_inode \
                -E lazy_itable_init=1,lazy_journal_init=1,nodiscard image \(blocks)
            LC_ALL=C dumpe2fs image 2>/dev/null |
                sed -n -e 's/^Block count: */b /p' -e 's/^Inode count: */i /p' \
                -e 's/^Inodes per group: */g /p' -e 's/^Reserved GDT blocks: */r /p' \
                -e 's/^Total journal blocks: */j /p' -e 's/^  Backup superblock at \\([0-9]*\\).*/s \\1/p'
            """, in: folder.path)
        var values: [Substring: [UInt64]] = [:]
        for line in text.split(separator: "\n") {
            values[line.prefix(1), default: []].append(UInt64(line.dropFirst(2)) ?? 0)
        }
        let count = try #require(values["b"]?.first)
        // mke2fs leaves out a last group that is too small; so do we, one level up.
        if count != blocks {
            #expect(Geometry(blockCount: blocks, inodeCount: inodes) == nil)
        }
        let geometry = try #require(Geometry(blockCount: count, inodeCount: inodes))
        #expect(values["i"] == [geometry.inodeCount])
        #expect(values["g"] == [UInt64(geometry.inodesPerGroup)])
        // mke2fs reserves nothing where 1,024 times the size needs no second block.
        #expect(max(1, values["r"]?.first ?? 0) == geometry.reservedDescriptorBlocks)
        #expect(values["j"] == [UInt64(JournalSize.automatic(blockCount: count))])
        let backups = (1..<max(1, geometry.groupCount)).filter(Geometry.hasSuperblock)
        #expect(values["s"] ?? [] == backups.map { UInt64($0) * 32_768 })
    }

    @Test(arguments: [1, 16, 17, 40, 130] as [UInt64])
    func `fixed structures do not overlap and are all counted`(groups: UInt64) throws {
        let blocks = groups * 32_768
        let geometry = try #require(Geometry(blockCount: blocks, inodeCount: 100_000 / 4))
        var all: [Range<UInt64>] = []
        for (index, group) in geometry.groups.enumerated() {
            let table = group.inodeTable
            all += [
                group.blockBitmap..<group.blockBitmap + 1,
                group.inodeBitmap..<group.inodeBitmap + 1,
                table..<table + geometry.inodeTableBlocks,
            ]
            if Geometry.hasSuperblock(index) {
                let start = UInt64(index) * 32_768
                let head = 1 + geometry.descriptorBlocks + geometry.reservedDescriptorBlocks
                all.append(start..<start + head)
            }
        }
        all.sort { $0.lowerBound < $1.lowerBound }
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
        #expect(all.reduce(0) { $0 + UInt64($1.count) } == geometry.metadataBlockCount)
        #expect(all.last.map { $0.upperBound <= blocks } == true)
        #expect(
            zip(geometry.metadata, geometry.metadata.dropFirst()).allSatisfy {
                $0.upperBound < $1.lowerBound
            })
        // Everything of 16 groups is in the first of them.
        for (index, group) in geometry.groups.enumerated() {
            #expect(group.inodeTable / 32_768 == UInt64(index / 16 * 16))
        }
    }

    @Test func `what has no geometry gives none`() {
        #expect(Geometry(blockCount: 0, inodeCount: 1) == nil)
        #expect(Geometry(blockCount: 1 << 32, inodeCount: 1) == nil)
        #expect(Geometry(blockCount: 32_768, inodeCount: 32_768) != nil)
        #expect(Geometry(blockCount: 32_768, inodeCount: 32_769) == nil)
        #expect(Geometry(blockCount: 65_536, inodeCount: 32_769) != nil)
        // A last group with a backup: superblock, descriptors, two bitmaps, table, 50 more.
        let reserved = Geometry(blockCount: 33_000, inodeCount: 16)?.reservedDescriptorBlocks ?? 0
        let least = 32_768 + 1 + 1 + reserved + 2 + 1 + 50
        #expect(Geometry(blockCount: least, inodeCount: 16) != nil)
        #expect(Geometry(blockCount: least - 1, inodeCount: 16) == nil)
    }
}

import Ext4Layout
import ImageBytes
import Testing

/// A superblock of 4,096-byte blocks in one group, with fields set.
private func superblock(
    _ changes: [(field: Field<UInt32>, value: UInt32)] = [], inodeSize: UInt16 = 256,
    incompatible: UInt32 = 0, descriptorSize: UInt16 = 64
) throws -> Superblock {
    typealias Fields = Superblock.Fields
    var bytes = [UInt8](repeating: 0, count: 2048)
    func set(_ offset: Int, _ value: UInt64, _ count: Int) {
        for index in 0..<count {
            bytes[1024 + offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8))
        }
    }
    set(Fields.magic.offset, 0xEF53, 2)
    set(Fields.revision.offset, 1, 4)
    set(Fields.inodesCount.offset, 1024, 4)
    set(Fields.blocksCountLow.offset, 20_000, 4)
    set(Fields.logBlockSize.offset, 2, 4)
    set(Fields.logClusterSize.offset, 2, 4)
    set(Fields.blocksPerGroup.offset, 32_768, 4)
    set(Fields.clustersPerGroup.offset, 32_768, 4)
    set(Fields.inodesPerGroup.offset, 1024, 4)
    set(Fields.inodeSize.offset, UInt64(inodeSize), 2)
    set(Fields.incompatibleFeatures.offset, UInt64(incompatible), 4)
    set(Fields.descriptorSize.offset, UInt64(descriptorSize), 2)
    for change in changes { set(change.field.offset, UInt64(change.value), 4) }
    return try Superblock(decoding: ImageSlice(bytes.rawSpan))
}

@Suite struct GeometryTests {
    typealias Fields = Superblock.Fields

    @Test func `a plain superblock gives its numbers`() throws {
        let geometry = try Geometry(superblock())
        #expect(geometry.groupCount == 1)
        #expect(geometry.blocks(ofGroup: 0) == 0..<20_000)
        #expect(geometry.inodeTableBlocks == 64)
        #expect(geometry.descriptorSize == 32)
        #expect(geometry.position(ofInode: 0) == nil)
        #expect(geometry.position(ofInode: 1025) == nil)
        #expect(geometry.position(ofInode: 1024)?.index == 1023)
        #expect(geometry.group(ofBlock: 20_000) == nil)
    }

    /// What no reader can calculate with, one field at a time.
    @Test(arguments: [
        (Fields.logBlockSize, UInt32(7), "s_log_block_size"),
        (Fields.logBlockSize, .max, "s_log_block_size"),
        (Fields.logClusterSize, 3, "s_log_cluster_size"),
        (Fields.logClusterSize, 0, "s_log_cluster_size"),
        (Fields.blocksPerGroup, 0, "s_blocks_per_group"),
        (Fields.blocksPerGroup, .max, "s_blocks_per_group"),
        (Fields.clustersPerGroup, 0, "s_clusters_per_group"),
        (Fields.inodesPerGroup, 0, "s_inodes_per_group"),
        (Fields.inodesPerGroup, .max, "s_inodes_per_group"),
        (Fields.blocksCountLow, 0, "s_first_data_block"),
        (Fields.firstDataBlock, 20_000, "s_first_data_block"),
        (Fields.firstDataBlock, .max, "s_first_data_block"),
    ])
    func `a field that cannot be is an error at that field`(
        field: Field<UInt32>, value: UInt32, name: String
    ) throws {
        let bent = try superblock([(field, value)])
        let error = #expect(throws: FormatError.self) { try Geometry(bent) }
        #expect(error.map { "\($0.structure)" } == name)
    }

    @Test(arguments: [0, 64, 127, 200, 8192] as [UInt16])
    func `an inode size that cannot be is an error`(size: UInt16) throws {
        let bent = try superblock(inodeSize: size)
        let error = #expect(throws: FormatError.self) { try Geometry(bent) }
        #expect(error?.offset == 1024 + 0x58)
    }

    @Test(arguments: [0, 32, 63, 96, 8192] as [UInt16])
    func `a descriptor size that cannot be is an error where it counts`(size: UInt16) throws {
        let wide = IncompatibleFeatures.wideBlocks.rawValue
        let bent = try superblock(incompatible: wide, descriptorSize: size)
        #expect(throws: FormatError.self) { try Geometry(bent) }
        #expect(try Geometry(superblock(descriptorSize: size)).descriptorSize == 32)
    }

    @Test func `more groups than any disk has are refused`() throws {
        let wide = IncompatibleFeatures.wideBlocks.rawValue
        let bent = try superblock([(Fields.blocksCountHigh, .max)], incompatible: wide)
        #expect(throws: FormatError.self) { try Geometry(bent) }
    }

    @Test func `an inode count that does not fit the groups passes: judging it is for a checker`()
        throws
    {
        #expect(try Geometry(superblock([(Fields.inodesCount, 5)])).inodeCount == 5)
    }

    @Test func `backups lie in groups 0, 1 and the powers of 3, 5 and 7`() throws {
        let sparse = ReadOnlyFeatures.sparseSuper.rawValue
        let some = try superblock([(Fields.readOnlyFeatures, sparse)])
        let found = (0..<400).filter { some.hasBackup(inGroup: $0) }
        #expect(found == [0, 1, 3, 5, 7, 9, 25, 27, 49, 81, 125, 243, 343])
        let all = try superblock()
        #expect((0..<400).allSatisfy { all.hasBackup(inGroup: $0) })
    }
}

import CExt2FS
import Ext4Layout
import ImageBytes
import Testing

/// One of our tables, and what the C header says about the same structure.
struct LayoutCase: Sendable, CustomTestStringConvertible {
    let name: String
    let layout: [FieldExtent]
    let byteCount: Int
    let headerByteCount: Int
    let offsets: @Sendable () -> [String: Int?]

    var testDescription: String { name }

    static let all: [LayoutCase] = [
        Self("superblock", Superblock.layout, 1024, ext2_super_block.self) {
            HeaderOffsets.superblock
        },
        Self("group descriptor", GroupDescriptor.layout, 64, ext4_group_desc.self) {
            HeaderOffsets.groupDescriptor
        },
        Self("inode", Inode.layout, 160, ext2_inode_large.self) { HeaderOffsets.inode },
        Self("extent header", ExtentHeader.layout, 12, ext3_extent_header.self) {
            HeaderOffsets.extentHeader
        },
        Self("extent", ExtentLeaf.layout, 12, ext3_extent.self) { HeaderOffsets.extentLeaf },
        Self("extent index", ExtentIndex.layout, 12, ext3_extent_idx.self) {
            HeaderOffsets.extentIndex
        },
        Self("directory entry", DirectoryEntry.layout, 8, nil) { HeaderOffsets.directoryEntry },
        Self("directory tail", DirectoryTail.layout, 12, ext2_dir_entry_tail.self) {
            HeaderOffsets.directoryTail
        },
        Self("hash tree root", HashTreeRootInfo.layout, 8, ext2_dx_root_info.self) {
            HeaderOffsets.hashTreeRootInfo
        },
        Self("xattr header", XattrHeader.layout, 32, ext2_ext_attr_header.self) {
            HeaderOffsets.xattrHeader
        },
        Self("xattr entry", XattrEntry.layout, 16, ext2_ext_attr_entry.self) {
            HeaderOffsets.xattrEntry
        },
        Self("multi-mount block", MultiMountBlock.layout, 1024, mmp_struct.self) {
            HeaderOffsets.multiMountBlock
        },
        Self("orphan block tail", OrphanBlockTail.layout, 8, ext4_orphan_block_tail.self) {
            HeaderOffsets.orphanBlockTail
        },
        Self("journal superblock", JournalSuperblock.layout, 1024, nil) { [:] },
        Self("journal commit", JournalCommit.layout, 60, nil) { [:] },
        Self("journal block header", JournalBlockHeader.layout, 12, nil) { [:] },
        Self("quota header", QuotaHeader.layout, 32, nil) { [:] },
    ]

    private init<C>(
        _ name: String, _ layout: [FieldExtent], _ byteCount: Int, _ header: C.Type?,
        offsets: @escaping @Sendable () -> [String: Int?]
    ) {
        self.init(
            name: name, layout: layout, byteCount: byteCount,
            headerByteCount: header.map { _ in MemoryLayout<C>.size } ?? byteCount,
            offsets: offsets)
    }

    private init(
        _ name: String, _ layout: [FieldExtent], _ byteCount: Int, _ header: Never?,
        offsets: @escaping @Sendable () -> [String: Int?]
    ) {
        self.init(
            name: name, layout: layout, byteCount: byteCount, headerByteCount: byteCount,
            offsets: offsets)
    }

    private init(
        name: String, layout: [FieldExtent], byteCount: Int, headerByteCount: Int,
        offsets: @escaping @Sendable () -> [String: Int?]
    ) {
        self.name = name
        self.layout = layout
        self.byteCount = byteCount
        self.headerByteCount = headerByteCount
        self.offsets = offsets
    }
}

@Suite struct LayoutTests {
    /// Together with the header's offsets this also proves every field's size.
    @Test(arguments: LayoutCase.all)
    func `the fields follow each other and cover the structure`(layout: LayoutCase) {
        var end = 0
        for field in layout.layout {
            #expect(field.range.lowerBound == end, "\(field)")
            end = field.range.upperBound
        }
        #expect(end == layout.byteCount)
        #expect(layout.headerByteCount == layout.byteCount)
    }

    @Test(arguments: LayoutCase.all)
    func `the offsets are those of the C header`(layout: LayoutCase) {
        let places = Dictionary(
            uniqueKeysWithValues: layout.layout.map { ("\($0)", $0.range.lowerBound) })
        for (name, offset) in layout.offsets() {
            #expect(places[name] == offset, "\(name)")
        }
    }
}

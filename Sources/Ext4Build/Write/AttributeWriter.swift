internal import CExt2FS

/// Writes extended attributes (fs/ext4/xattr.h): entries from the front, values from the back.
struct AttributeWriter {
    private static let magic: UInt32 = 0xEA02_0000
    /// Where the attributes of an inode begin: behind its fields.
    private static let inodeOffset = 128 + InodeWriter.extraSize

    private let plan: Plan
    private let filesystem: Ext2Filesystem

    init(_ plan: Plan, _ filesystem: Ext2Filesystem) {
        self.plan = plan
        self.filesystem = filesystem
    }

    /// Fills the tail of an inode. Value positions there count from the first entry.
    static func fillInode(_ inode: BlockBytes, _ shape: AttributeShape) {
        guard !shape.inInode.isEmpty else { return }
        inode.put(magic, at: inodeOffset)
        let area = inode.part(
            inodeOffset + AttributeShape.inodeHeaderSize..<Geometry.inodeSize)
        // The kernel leaves the hash of an attribute in an inode at 0.
        put(shape.inInode, into: area, from: 0) { _ in 0 }
    }

    /// Writes every attribute block, in the order of the files.
    func writeBlocks(to sink: BlockSink) throws(Ext2Error) {
        for file in 0..<plan.fileCount {
            guard let number = plan.attributeBlocks[UInt32(file)],
                let shape = plan.attributes[UInt32(file)]
            else { continue }
            var result: errcode_t = 0
            try sink.put(number) { block in
                block.put(Self.magic, at: 0)
                // h_refcount and h_blocks.
                block.put(UInt32(1), at: 4)
                block.put(UInt32(1), at: 8)
                var blockHash: UInt32 = 0
                Self.put(shape.inBlock, into: block, from: AttributeShape.blockHeaderSize) { item in
                    let hash = Self.hash(item)
                    blockHash = blockHash << 16 ^ blockHash >> 16 ^ hash
                    return hash
                }
                block.put(blockHash, at: 12)
                result = unsafe ext2fs_ext_attr_block_csum_set(
                    filesystem.handle, plan.inode(ofFile: file), number,
                    block.pointer?.assumingMemoryBound(to: ext2_ext_attr_header.self))
            }
            try check("ext2fs_ext_attr_block_csum_set", result)
        }
    }

    private static func put(
        _ items: [AttributeShape.Item], into area: BlockBytes, from start: Int,
        hash: (AttributeShape.Item) -> UInt32
    ) {
        var entry = start
        var value = area.count
        for item in items {
            value -= item.valueSize
            area.put(UInt8(item.name.count), at: entry)
            area.put(item.nameIndex, at: entry + 1)
            area.put(UInt16(item.value.isEmpty ? 0 : value), at: entry + 2)
            area.put(UInt32(item.value.count), at: entry + 8)
            area.put(hash(item), at: entry + 12)
            area.put(item.name, at: entry + 16)
            area.put(item.value, at: value)
            entry += item.entrySize
        }
    }

    /// `ext4_xattr_hash_entry` (fs/ext4/xattr.c), over the name and the padded value.
    private static func hash(_ item: AttributeShape.Item) -> UInt32 {
        var hash: UInt32 = 0
        for byte in item.name { hash = hash << 5 ^ hash >> 27 ^ UInt32(byte) }
        let padded = item.value + [UInt8](repeating: 0, count: item.valueSize - item.value.count)
        for word in stride(from: 0, to: padded.count, by: 4) {
            let value =
                UInt32(padded[word]) | UInt32(padded[word + 1]) << 8
                | UInt32(padded[word + 2]) << 16 | UInt32(padded[word + 3]) << 24
            hash = hash << 16 ^ hash >> 16 ^ value
        }
        return hash
    }
}

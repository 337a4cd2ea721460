internal import CExt2FS
internal import SourceTree

/// Fills inodes. Those in use are the numbers from 1 to the last one, so the tables are written group
/// by group, from the front, and what is behind stays zero.
struct InodeWriter {
    /// `i_extra_isize`: all the fields that an inode of 256 bytes has.
    static let extraSize = 32
    private static let resizeInode = UInt32(EXT2_RESIZE_INO)
    private static let journalInode = UInt32(EXT2_JOURNAL_INO)

    private let plan: Plan
    private let filesystem: Ext2Filesystem
    private let extentTrees: ExtentTreeWriter
    private let epoch: InodeTime
    private let checksum: MetadataChecksum

    init(_ plan: Plan, _ filesystem: Ext2Filesystem, _ extentTrees: ExtentTreeWriter) {
        self.plan = plan
        self.filesystem = filesystem
        self.extentTrees = extentTrees
        checksum = MetadataChecksum(filesystem)
        epoch = InodeTime(plan.options.identity.epoch)
    }

    func writeTables(to sink: BlockSink) throws(Ext2Error) {
        let perGroup = plan.geometry.inodesPerGroup
        for (group, place) in plan.geometry.groups.enumerated() {
            let used = max(0, min(perGroup, Int(plan.lastInode) - group * perGroup))
            for first in stride(from: 0, to: used, by: Geometry.inodesPerBlock) {
                let block = place.inodeTable + UInt64(first / Geometry.inodesPerBlock)
                let count = min(Geometry.inodesPerBlock, used - first)
                try sink.put(block) { bytes in
                    for index in 0..<count {
                        let number = UInt32(group * perGroup + first + index + 1)
                        write(number, to: bytes, at: index * Geometry.inodeSize)
                    }
                }
            }
        }
    }

    private func write(_ number: UInt32, to block: BlockBytes, at offset: Int) {
        unsafe block.withInode(at: offset) { inode, bytes in
            switch number {
            case Plan.rootInode: unsafe fill(inode, bytes, file: 0)
            case Self.resizeInode: unsafe fillResizeInode(inode)
            case Self.journalInode: unsafe fillJournalInode(inode)
            case ...Plan.reservedInodes: break
            default: unsafe fill(inode, bytes, file: Int(number - Plan.reservedInodes))
            }
            unsafe setChecksum(inode, bytes, number)
        }
    }

    /// An inode without extra fields, such as a reserved one that is not in use, has no room for the
    /// upper half (`ext2fs_inode_csum_set`, lib/ext2fs/csum.c).
    private func setChecksum(
        _ inode: UnsafeMutablePointer<ext2_inode_large>, _ bytes: BlockBytes, _ number: UInt32
    ) {
        let checksum = unsafe checksum.checksum(inode: number, bytes.prefix(Geometry.inodeSize))
        unsafe inode.pointee.osd2.linux2.l_i_checksum_lo = UInt16(truncatingIfNeeded: checksum)
        guard unsafe inode.pointee.i_extra_isize > 0 else { return }
        unsafe inode.pointee.i_checksum_hi = UInt16(truncatingIfNeeded: checksum >> 16)
    }

    private func fill(
        _ inode: UnsafeMutablePointer<ext2_inode_large>, _ bytes: BlockBytes, file: Int
    ) {
        let index = Int(plan.order.nodes[file])
        let node = plan.tree.nodes[index]
        unsafe setCommon(inode, mode: node.kind.modeBits | node.permissions)
        unsafe cext2fs_set_inode_owner(inode, node.uid, node.gid)
        unsafe inode.pointee.i_links_count = plan.linkCount(ofFile: file)
        if plan.options.timeStamps == .clamp {
            let time = InodeTime(min(node.modified, plan.options.identity.epoch))
            unsafe inode.pointee.i_mtime = time.seconds
            unsafe inode.pointee.i_mtime_extra = time.extra
        }
        var blocks = plan.extents(ofFile: file).reduce(0) { $0 + UInt64($1.count) }
        switch node.kind {
        case .directory:
            unsafe setSize(inode, blocks * Geometry.blockSize)
            let hashed = plan.hashTrees[UInt32(file)] != nil
            unsafe inode.pointee.i_flags = hashed ? UInt32(EXT2_INDEX_FL) : 0
        case .regular:
            unsafe setSize(inode, node.size)
        case .symbolicLink:
            unsafe setSize(inode, UInt64(node.target.count))
        case .characterDevice, .blockDevice:
            unsafe setDevice(inode, node.deviceNumbers)
        case .fifo, .socket:
            break
        }
        if node.kind == .symbolicLink, blocks == 0 {
            bytes.put(plan.tree[node.target], at: Self.blockOffset)
        } else if [.directory, .regular, .symbolicLink].contains(node.kind) {
            unsafe inode.pointee.i_flags |= UInt32(EXT4_EXTENTS_FL)
            extentTrees.fillRoot(bytes, file: file)
        }
        blocks += UInt64(plan.extentBlocks[UInt32(file)]?.count ?? 0)
        if let attributes = plan.attributes[UInt32(file)] {
            AttributeWriter.fillInode(bytes, attributes)
        }
        if let block = plan.attributeBlocks[UInt32(file)] {
            unsafe inode.pointee.i_file_acl = UInt32(truncatingIfNeeded: block)
            unsafe inode.pointee.osd2.linux2.l_i_file_acl_high = UInt16(
                truncatingIfNeeded: block >> 32)
            blocks += 1
        }
        unsafe setBlocks(inode, blocks)
    }

    /// What every inode in use has: mode, times, the size of its extra part.
    private func setCommon(_ inode: UnsafeMutablePointer<ext2_inode_large>, mode: UInt16) {
        unsafe inode.pointee.i_mode = mode
        unsafe inode.pointee.i_atime = epoch.seconds
        unsafe inode.pointee.i_ctime = epoch.seconds
        unsafe inode.pointee.i_mtime = epoch.seconds
        unsafe inode.pointee.i_crtime = epoch.seconds
        unsafe inode.pointee.i_atime_extra = epoch.extra
        unsafe inode.pointee.i_ctime_extra = epoch.extra
        unsafe inode.pointee.i_mtime_extra = epoch.extra
        unsafe inode.pointee.i_crtime_extra = epoch.extra
        unsafe inode.pointee.i_extra_isize = UInt16(Self.extraSize)
    }

    private func setSize(_ inode: UnsafeMutablePointer<ext2_inode_large>, _ size: UInt64) {
        unsafe inode.pointee.i_size = UInt32(truncatingIfNeeded: size)
        unsafe inode.pointee.i_size_high = UInt32(truncatingIfNeeded: size >> 32)
    }

    /// `i_blocks` counts sectors of 512 bytes, in 48 bits (huge_file).
    private func setBlocks(_ inode: UnsafeMutablePointer<ext2_inode_large>, _ blocks: UInt64) {
        let sectors = blocks * (Geometry.blockSize / 512)
        unsafe inode.pointee.i_blocks = UInt32(truncatingIfNeeded: sectors)
        unsafe inode.pointee.osd2.linux2.l_i_blocks_hi = UInt16(truncatingIfNeeded: sectors >> 32)
    }

    /// The first word holds numbers of eight bits each, the second larger ones (`ext4_iget`).
    private func setDevice(
        _ inode: UnsafeMutablePointer<ext2_inode_large>, _ device: (major: UInt32, minor: UInt32)
    ) {
        let (major, minor) = device
        if major < 256, minor < 256 {
            unsafe inode.pointee.i_block.0 = major << 8 | minor
        } else {
            unsafe inode.pointee.i_block.1 = minor & 0xFF | major << 8 | (minor & ~0xFF) << 12
        }
    }

    private func fillJournalInode(_ inode: UnsafeMutablePointer<ext2_inode_large>) {
        guard !plan.journal.isEmpty else { return }
        let blocks = plan.journal.reduce(0) { $0 + UInt64($1.count) }
        unsafe setCommon(inode, mode: FileKind.regular.modeBits | 0o600)
        unsafe inode.pointee.i_links_count = 1
        unsafe inode.pointee.i_flags = UInt32(EXT4_EXTENTS_FL)
        unsafe setSize(inode, blocks * Geometry.blockSize)
        unsafe setBlocks(inode, blocks + UInt64(plan.journalExtentBlocks.count))
        unsafe withUnsafeMutableBytes(of: &inode.pointee.i_block) {
            unsafe ExtentTreeWriter.fillRoot(
                BlockBytes($0), at: 0, plan.journal[...], plan.journalExtentBlocks)
        }
        unsafe cext2fs_set_journal_backup(filesystem.handle, inode)
    }

    /// Inode 7 owns the descriptor blocks that are reserved for growth, through the one pointer of
    /// its double indirect block; its size is what that could address (`ext2fs_create_resize_inode`).
    private func fillResizeInode(_ inode: UnsafeMutablePointer<ext2_inode_large>) {
        let pointers = Geometry.blockSize / 4
        unsafe setCommon(inode, mode: FileKind.regular.modeBits | 0o600)
        unsafe inode.pointee.i_links_count = 1
        unsafe inode.pointee.i_block.13 = UInt32(plan.resizeBlock)
        unsafe setSize(
            inode, (pointers * pointers + pointers + UInt64(EXT2_NDIR_BLOCKS)) * Geometry.blockSize)
        let backups = UInt64(
            (1..<max(1, plan.geometry.groupCount)).filter(Geometry.hasSuperblock).count)
        unsafe setBlocks(inode, 1 + plan.geometry.reservedDescriptorBlocks * (1 + backups))
    }

    /// Where `i_block` lies in an inode.
    static let blockOffset = 40
}

extension BlockBytes {
    /// One inode of a block of the table, as the C structure and as bytes.
    fileprivate func withInode(
        at offset: Int, _ body: (UnsafeMutablePointer<ext2_inode_large>, BlockBytes) -> Void
    ) {
        let part = part(offset..<offset + Geometry.inodeSize)
        guard let start = unsafe part.pointer else { preconditionFailure("a block has bytes") }
        // The table's memory is page-aligned and an inode's place a multiple of 256.
        unsafe body(start.assumingMemoryBound(to: ext2_inode_large.self), part)
    }
}

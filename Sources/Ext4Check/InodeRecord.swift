import Ext4Layout
import ImageBytes

/// The fields of an inode that the checks look at, as they stand in the image.
struct InodeRecord: Sendable {
    let number: UInt32
    /// Where it starts in the image.
    let offset: Int
    let mode: UInt16
    let links: UInt16
    let flags: InodeFlags
    /// `i_size` with its high half, whatever the type.
    let size: UInt64
    let sizeHigh: UInt32
    let deletionTime: UInt32
    let blocksLow: UInt32
    let blocksHigh: UInt16
    let attributeBlockLow: UInt32
    let attributeBlockHigh: UInt16
    let fragmentAddress: UInt32
    let user: UInt32
    let group: UInt32
    let generation: UInt32
    let accessTime: UInt32
    let changeTime: UInt32
    let modificationTime: UInt32
    let version: UInt32
    /// `i_extra_isize`; 0 in an inode of 128 bytes.
    let extraSize: Int

    init(_ disk: ImageSlice, number: UInt32, offset: Int, inodeSize: Int) {
        typealias Fields = Inode.Fields
        self.number = number
        self.offset = offset
        mode = disk[Fields.mode, from: offset]
        links = disk[Fields.linksCount, from: offset]
        flags = InodeFlags(rawValue: disk[Fields.flags, from: offset])
        sizeHigh = disk[Fields.sizeHigh, from: offset]
        size = UInt64(sizeHigh) << 32 | UInt64(disk[Fields.sizeLow, from: offset])
        deletionTime = disk[Fields.deletionTime, from: offset]
        blocksLow = disk[Fields.blocksLow, from: offset]
        blocksHigh = disk[Fields.blocksHigh, from: offset]
        attributeBlockLow = disk[Fields.fileACLLow, from: offset]
        attributeBlockHigh = disk[Fields.fileACLHigh, from: offset]
        fragmentAddress = disk[Fields.fragmentAddress, from: offset]
        user =
            UInt32(disk[Fields.userHigh, from: offset]) << 16
            | UInt32(disk[Fields.userLow, from: offset])
        group =
            UInt32(disk[Fields.groupHigh, from: offset]) << 16
            | UInt32(disk[Fields.groupLow, from: offset])
        generation = disk[Fields.generation, from: offset]
        accessTime = disk[Fields.accessTime, from: offset]
        changeTime = disk[Fields.changeTime, from: offset]
        modificationTime = disk[Fields.modificationTime, from: offset]
        version = disk[Fields.versionLow, from: offset]
        extraSize = inodeSize > 128 ? Int(disk[Fields.extraSize, from: offset]) : 0
    }

    /// The journal's inode as far as the superblock has a copy: its map, always read as one of
    /// block numbers, and its size (`e2fsck_get_journal`).
    init(journalBackup disk: ImageSlice) {
        let copy = Int(Superblock.imageOffset) + Superblock.Fields.journalBlocks.offset
        let sizeAt = Inode.Fields.block.count
        offset = copy - Inode.Fields.block.offset
        mode = 0o100600
        links = 1
        flags = []
        sizeHigh = disk[Field<UInt32>("s_jnl_blocks[15]", at: sizeAt), from: copy]
        let sizeLow = disk[Field<UInt32>("s_jnl_blocks[16]", at: sizeAt + 4), from: copy]
        size = UInt64(sizeHigh) << 32 | UInt64(sizeLow)
        (number, deletionTime, blocksLow, blocksHigh) = (InodeNumber.journal, 0, 0, 0)
        (attributeBlockLow, attributeBlockHigh, fragmentAddress) = (0, 0, 0)
        (user, group, generation, version, extraSize) = (0, 0, 0, 0, 0)
        (accessTime, changeTime, modificationTime) = (0, 0, 0)
    }

    /// Where `i_block` starts in the image.
    var mapOffset: Int { offset + Inode.Fields.block.offset }

    /// The bytes of the image that are `i_block`.
    var mapRange: Range<Int> { mapOffset..<mapOffset + Inode.Fields.block.count }

    /// One of the 15 words of `i_block`.
    func mapWord(_ disk: ImageSlice, _ index: Int) -> UInt32 {
        disk[Field<UInt32>("i_block", at: 0), from: mapOffset + 4 * index]
    }

    /// What it is by its mode; nil where the mode is of no kind.
    var kind: FileKind? { FileKind(mode: mode) }

    /// The block of extended attributes (`ext2fs_file_acl_block`), 0 where there is none.
    func attributeBlock(wide: Bool) -> UInt64 {
        UInt64(attributeBlockLow) | (wide ? UInt64(attributeBlockHigh) << 32 : 0)
    }

    /// A symbolic link whose target lies in the inode (`ext2fs_is_fast_symlink`).
    var isFastSymlink: Bool { kind == .symlink && size > 0 && size < 60 }

    /// Whether `i_block` names blocks (`ext2fs_inode_has_valid_blocks2`).
    func mapsBlocks(_ disk: ImageSlice, wide: Bool) -> Bool {
        switch kind {
        case .directory, .regular: break
        case .symlink:
            guard attributeBlock(wide: wide) == 0 else {
                // With an attribute block, i_blocks says nothing: the target decides.
                let low = UInt32(truncatingIfNeeded: size)
                if low >= 60 { return true }
                return low > 4 && mapWord(disk, 1) == 0
            }
            if blocksLow == 0 { return false }
        default: return false
        }
        return !flags.contains(.inlineData)
    }

    /// Whether a device, pipe or socket looks like one (`e2fsck_pass1_check_device_inode`).
    func isSoundDevice(_ disk: ImageSlice) -> Bool {
        if flags.contains(.indexed) { return false }
        guard !flags.isDisjoint(with: [.immutable, .appendOnly]) else { return true }
        return (4..<15).allSatisfy { mapWord(disk, $0) == 0 }
    }
}

internal import Ext4Layout
internal import ImageBytes

/// An inode while fast commits change it.
struct EditedInode: Sendable {
    let number: UInt32
    /// Its bytes, `s_inode_size` of them.
    var bytes: [UInt8]
    /// Its extents, once they were asked for.
    var map: EditedMap?
    /// Its extents as the image has them.
    var oldMap: EditedMap?
    /// The blocks that hold nodes of them in the image.
    var oldNodes: [UInt64] = []
    /// Whether it was a directory in use.
    let wasDirectory: Bool

    init(_ inode: borrowing Inode) {
        number = inode.number
        bytes = inode.slice.copy()
        wasDirectory = inode.linksCount != 0 && inode.kind == .directory
    }

    var linksCount: UInt16 { self[Inode.Fields.linksCount] }
    var kind: FileKind? { FileKind(mode: self[Inode.Fields.mode]) }
    var flags: InodeFlags { InodeFlags(rawValue: self[Inode.Fields.flags]) }
    var generation: UInt32 { self[Inode.Fields.generation] }

    /// Whether its blocks are found through extents, which is all that is changed here.
    var hasExtents: Bool { flags.contains(.extents) && !flags.contains(.inlineData) }

    subscript<Value>(field: Field<Value>) -> Value {
        get { ImageSlice(bytes.rawSpan)[field] }
        set { bytes.set(field, newValue) }
    }

    /// Takes the body that a fast commit holds. The map stays as it is, which the commit has ranges
    /// for (`ext4_fc_replay_inode`).
    ///
    /// - Parameter body: 128 bytes at least, and no more than the inode has.
    mutating func replaceBody(with body: [UInt8]) {
        let area = Inode.Fields.block
        let rest = area.offset + area.count
        bytes.replaceSubrange(0..<area.offset, with: body[0..<area.offset])
        bytes.replaceSubrange(rest..<body.count, with: body[rest...])
        if flags.contains(.extents) {
            let place = area.offset
            if self[Field<UInt16>("eh_magic", at: place)] != ExtentHeader.magic { clearExtents() }
        } else if flags.contains(.inlineData) {
            bytes.replaceSubrange(area.offset..<rest, with: body[area.offset..<rest])
        }
    }

    /// Makes an extent node without entries of the inode's map.
    mutating func clearExtents() {
        bytes.replaceSubrange(Inode.Fields.block.range, with: [UInt8](repeating: 0, count: 60))
        bytes.set(ExtentHeader.Fields.magic, ExtentHeader.magic, from: Inode.Fields.block.offset)
        bytes.set(ExtentHeader.Fields.maximum, 4, from: Inode.Fields.block.offset)
    }

    /// Makes it an inode that was deleted.
    mutating func free() {
        self[Inode.Fields.linksCount] = 0
        let time = self[Inode.Fields.changeTime]
        self[Inode.Fields.deletionTime] = time == 0 ? 1 : time
        self[Inode.Fields.sizeLow] = 0
        self[Inode.Fields.sizeHigh] = 0
        self[Inode.Fields.blocksLow] = 0
        self[Inode.Fields.blocksHigh] = 0
        if hasExtents { map = EditedMap() }
    }

    var size: UInt64 {
        get { UInt64(self[Inode.Fields.sizeHigh]) << 32 | UInt64(self[Inode.Fields.sizeLow]) }
        set {
            self[Inode.Fields.sizeLow] = UInt32(truncatingIfNeeded: newValue)
            self[Inode.Fields.sizeHigh] = UInt32(truncatingIfNeeded: newValue >> 32)
        }
    }

    /// Sets `i_blocks` to what the map takes, in its unit.
    mutating func setBlocks(_ count: UInt64, blockSize: Int) {
        let attributes =
            self[Inode.Fields.fileACLLow] != 0 || self[Inode.Fields.fileACLHigh] != 0
        let blocks = count + (attributes ? 1 : 0)
        let units = flags.contains(.hugeFile) ? blocks : blocks * UInt64(blockSize / 512)
        self[Inode.Fields.blocksLow] = UInt32(truncatingIfNeeded: units)
        self[Inode.Fields.blocksHigh] = UInt16(truncatingIfNeeded: units >> 32)
    }

    /// Sets its checksum.
    mutating func setChecksum(_ checksums: MetadataChecksums) {
        let (value, isWide) = {
            let inode = Inode(ImageSlice(bytes.rawSpan), number: number)
            return (checksums.inode(inode), MetadataChecksums.inodeHasWideChecksum(inode))
        }()
        self[Inode.Fields.checksumLow] = UInt16(truncatingIfNeeded: value)
        if isWide { self[Inode.Fields.checksumHigh] = UInt16(truncatingIfNeeded: value >> 16) }
    }
}

extension BytesField {
    var range: Range<Int> { offset..<offset + count }
}

extension [UInt8] {
    /// Writes an integer at a field of the structure that starts `base` bytes in.
    mutating func set<Value>(_ field: Field<Value>, _ value: Value, from base: Int = 0) {
        for index in 0..<MemoryLayout<Value>.size {
            self[base + field.offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8))
        }
    }
}

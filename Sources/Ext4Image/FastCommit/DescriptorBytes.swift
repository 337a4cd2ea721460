internal import Ext4Layout
internal import ImageBytes

/// A group's descriptor while its counts are changed.
struct DescriptorBytes {
    private typealias Fields = GroupDescriptor.Fields
    private var bytes: [UInt8]
    private let group: Int
    private let image: Ext4Image

    init(_ bytes: [UInt8], group: Int, _ image: Ext4Image) {
        self.bytes = bytes
        self.group = group
        self.image = image
    }

    private var hasChecksums: Bool { image.superblock.readOnly.contains(.metadataChecksums) }

    /// Sets what follows from the block bitmap; returns the number of free blocks.
    mutating func setBlocks(_ bitmap: [UInt8]) -> UInt32 {
        let geometry = image.geometry
        let blocks = geometry.blocks(ofGroup: group)
        let free = bitmap.clearBits(below: Int(blocks.upperBound - blocks.lowerBound))
        set(Fields.freeBlocksLow, Fields.freeBlocksHigh, UInt32(free))
        clear(.blocksUninitialized)
        if hasChecksums {
            let value = image.checksums.bitmap(
                ImageSlice(bitmap.rawSpan), bits: geometry.clustersPerGroup)
            set(Fields.blockBitmapChecksumLow, Fields.blockBitmapChecksumHigh, value)
        }
        return UInt32(free)
    }

    /// Sets what follows from the inode bitmap; returns the number of free inodes.
    mutating func setInodes(_ bitmap: [UInt8], directories: Int) -> UInt32 {
        let geometry = image.geometry
        let old = image.groups[group]
        let count = min(Int(geometry.inodesPerGroup), bitmap.count * 8)
        let free = bitmap.clearBits(below: count)
        set(Fields.freeInodesLow, Fields.freeInodesHigh, UInt32(free))
        let used = max(0, Int(old.usedDirectories) + directories)
        set(Fields.usedDirectoriesLow, Fields.usedDirectoriesHigh, UInt32(used))
        let highest = bitmap.lastSetBit(below: count).map { $0 + 1 } ?? 0
        let isUnwritten = old.flags.contains(.inodesUninitialized)
        let unused = min(isUnwritten ? count : Int(old.unusedInodes), count - highest)
        set(Fields.unusedInodesLow, Fields.unusedInodesHigh, UInt32(unused))
        clear(.inodesUninitialized)
        if hasChecksums {
            let value = image.checksums.bitmap(
                ImageSlice(bitmap.rawSpan), bits: geometry.inodesPerGroup)
            set(Fields.inodeBitmapChecksumLow, Fields.inodeBitmapChecksumHigh, value)
        }
        return UInt32(free)
    }

    private mutating func set(_ low: Field<UInt16>, _ high: Field<UInt16>, _ value: UInt32) {
        bytes.set(low, UInt16(truncatingIfNeeded: value))
        if bytes.count >= 64 { bytes.set(high, UInt16(truncatingIfNeeded: value >> 16)) }
    }

    private mutating func clear(_ flag: GroupFlags) {
        let flags = GroupFlags(rawValue: ImageSlice(bytes.rawSpan)[Fields.flags])
        bytes.set(Fields.flags, flags.subtracting(flag).rawValue)
    }

    /// The descriptor with its checksum.
    consuming func finish() -> [UInt8] {
        if hasChecksums {
            let value = image.checksums.descriptor(
                ImageSlice(bytes.rawSpan), group: UInt32(group))
            bytes.set(Fields.checksum, value)
        } else if image.superblock.readOnly.contains(.descriptorChecksums) {
            let value = image.checksums.descriptor16(
                ImageSlice(bytes.rawSpan), group: UInt32(group))
            bytes.set(Fields.checksum, value)
        }
        return bytes
    }
}

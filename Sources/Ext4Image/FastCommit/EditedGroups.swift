internal import Ext4Layout
internal import ImageBytes

/// Bitmaps and counts of the groups while fast commits change what is in use.
struct EditedGroups {
    private let image: Ext4Image
    private var blockBitmaps: [Int: [UInt8]] = [:]
    private var inodeBitmaps: [Int: [UInt8]] = [:]
    private var directories: [Int: Int] = [:]
    /// Where the search for a free block goes on.
    private var nextGroup = 0

    init(_ image: Ext4Image) { self.image = image }

    private var geometry: Geometry { image.geometry }

    /// Marks blocks as in use or free; those outside the groups are left out.
    mutating func mark(
        _ blocks: Range<UInt64>, used: Bool, _ budget: inout EditBudget
    ) throws(FormatError) {
        var next = max(blocks.lowerBound, geometry.firstDataBlock)
        while next < blocks.upperBound, let group = geometry.group(ofBlock: next) {
            let inGroup = geometry.blocks(ofGroup: group)
            let end = min(blocks.upperBound, inGroup.upperBound)
            try budget.spend(steps: 1 + Int(end - next) / 512)
            try load(group, &budget)
            blockBitmaps[group]?.fill(
                Int(next - inGroup.lowerBound)..<Int(end - inGroup.lowerBound), with: used)
            next = end
        }
    }

    /// Finds a free block and marks it.
    mutating func allocate(_ budget: inout EditBudget) throws(FormatError) -> UInt64 {
        while nextGroup < geometry.groupCount {
            try budget.spend(steps: 16)
            let group = nextGroup
            let descriptor = image.groups[group]
            if descriptor.freeBlocks > 0, !descriptor.flags.contains(.blocksUninitialized) {
                try load(group, &budget)
                let blocks = geometry.blocks(ofGroup: group)
                let count = Int(blocks.upperBound - blocks.lowerBound)
                if let place = blockBitmaps[group]?.firstClearBit(below: count) {
                    blockBitmaps[group]?.fill(place..<place + 1, with: true)
                    return blocks.lowerBound + UInt64(place)
                }
            }
            nextGroup += 1
        }
        throw FormatError(
            "fast commits", at: 0, .contradiction("find no free block (groups, free)", 0, 0))
    }

    /// Marks an inode as in use or free, and counts so many directories more, or fewer.
    mutating func markInode(
        _ number: UInt32, used: Bool, directories: Int, _ budget: inout EditBudget
    ) throws(FormatError) {
        guard let (group, index) = geometry.position(ofInode: number) else { return }
        if inodeBitmaps[group] == nil {
            try budget.spend(bytes: geometry.blockSize)
            inodeBitmaps[group] = inodeBitmap(group)
        }
        if index / 8 < geometry.blockSize {
            inodeBitmaps[group]?.fill(index..<index + 1, with: used)
        }
        self.directories[group, default: 0] += directories
    }

    private mutating func load(
        _ group: Int, _ budget: inout EditBudget
    ) throws(FormatError) {
        guard blockBitmaps[group] == nil else { return }
        try budget.spend(bytes: geometry.blockSize)
        if !image.groups[group].flags.contains(.blocksUninitialized) {
            let zeros = [UInt8](repeating: 0, count: geometry.blockSize)
            blockBitmaps[group] = image.blockBitmap(ofGroup: group)?.copy() ?? zeros
            return
        }
        try budget.spend(steps: geometry.groupCount)
        blockBitmaps[group] = unwrittenBitmap(group)
    }

    /// The bitmap of a group whose own was never written: its metadata (`ext4_init_block_bitmap`).
    private func unwrittenBitmap(_ group: Int) -> [UInt8] {
        var bitmap = [UInt8](repeating: 0, count: geometry.blockSize)
        let all = geometry.blocks(ofGroup: group)
        func mark(_ start: UInt64, _ count: UInt64) {
            let (end, overflow) = start.addingReportingOverflow(count)
            guard !overflow else { return }
            let part = (start..<end).clamped(to: all)
            bitmap.fill(
                Int(part.lowerBound - all.lowerBound)..<Int(part.upperBound - all.lowerBound),
                with: true)
        }
        let fixed = image.places.reservedBlocks(ofGroup: group)
        if let block = fixed.superblock { mark(block, 1) }
        mark(fixed.descriptors.lowerBound, UInt64(fixed.descriptors.count))
        mark(fixed.growth.lowerBound, UInt64(fixed.growth.count))
        for descriptor in image.groups {
            mark(descriptor.blockBitmap, 1)
            mark(descriptor.inodeBitmap, 1)
            mark(descriptor.inodeTable, geometry.inodeTableBlocks)
        }
        bitmap.fill(Int(all.upperBound - all.lowerBound)..<bitmap.count * 8, with: true)
        return bitmap
    }

    private func inodeBitmap(_ group: Int) -> [UInt8] {
        let isWritten = !image.groups[group].flags.contains(.inodesUninitialized)
        if isWritten, let bitmap = image.inodeBitmap(ofGroup: group) { return bitmap.copy() }
        var bitmap = [UInt8](repeating: 0, count: geometry.blockSize)
        let count = min(Int(geometry.inodesPerGroup), bitmap.count * 8)
        bitmap.fill(count..<bitmap.count * 8, with: true)
        return bitmap
    }
}

extension EditedGroups {
    /// What to write: the bitmaps, their descriptors, and over the superblock's bytes so far its
    /// counts.
    func patches(superblock: [UInt8]) -> [MappedImage.Patch] {
        var patches: [MappedImage.Patch] = []
        // The superblock's own are out of step while a file system is mounted.
        var freeBlocks = image.groups.reduce(0) { $0 &+ UInt64($1.freeBlocks) }
        var freeInodes = image.groups.reduce(UInt32(0)) { $0 &+ $1.freeInodes }
        let size = UInt64(geometry.blockSize)
        for group in Set(blockBitmaps.keys).union(inodeBitmaps.keys).sorted() {
            guard let slice = image.descriptorSlice(ofGroup: group) else { continue }
            let old = image.groups[group]
            var descriptor = DescriptorBytes(slice.copy(), group: group, image)
            if let bitmap = blockBitmaps[group] {
                patches.append(.init(offset: old.blockBitmap &* size, bytes: bitmap))
                let free = descriptor.setBlocks(bitmap)
                freeBlocks = freeBlocks &- UInt64(old.freeBlocks) &+ UInt64(free)
            }
            if let bitmap = inodeBitmaps[group] {
                patches.append(.init(offset: old.inodeBitmap &* size, bytes: bitmap))
                let free = descriptor.setInodes(bitmap, directories: directories[group] ?? 0)
                freeInodes = freeInodes &- old.freeInodes &+ free
            }
            patches.append(.init(offset: slice.origin, bytes: descriptor.finish()))
        }
        var bytes = superblock
        bytes.set(Superblock.Fields.freeBlocksLow, UInt32(truncatingIfNeeded: freeBlocks))
        if image.superblock.incompatible.contains(.wideBlocks) {
            bytes.set(
                Superblock.Fields.freeBlocksHigh, UInt32(truncatingIfNeeded: freeBlocks >> 32))
        }
        bytes.set(Superblock.Fields.freeInodes, freeInodes)
        if image.superblock.readOnly.contains(.metadataChecksums) {
            bytes.set(
                Superblock.Fields.checksum,
                MetadataChecksums.superblock(ImageSlice(bytes.rawSpan)))
        }
        patches.append(.init(offset: image.superblock.origin, bytes: bytes))
        return patches
    }
}

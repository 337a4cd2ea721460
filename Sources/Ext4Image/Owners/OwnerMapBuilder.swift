internal import Ext4Layout
internal import HostSystem
internal import ImageBytes

/// Gathers the runs of an ``OwnerMap``.
struct OwnerMapBuilder {
    private let image: Ext4Image
    private(set) var runs: [OwnedRun] = []
    private(set) var isTruncated = false

    init(_ image: Ext4Image) { self.image = image }

    private mutating func add(_ start: UInt64, _ count: UInt64, _ owner: BlockOwner) {
        let end = image.geometry.blockCount
        guard count > 0, start < end else { return }
        guard runs.count < OwnerMap.runLimit else {
            isTruncated = true
            return
        }
        runs.append(OwnedRun(start..<start + min(count, end - start), owner))
    }

    /// Superblocks, descriptors, bitmaps, inode tables.
    mutating func addMetadata() {
        let geometry = image.geometry
        let first = image.places.superblockBlock(ofGroup: 0)
        if first > 0 { add(0, first, .bootArea) }
        for group in 0..<geometry.groupCount {
            let reserved = image.places.reservedBlocks(ofGroup: group)
            if let block = reserved.superblock { add(block, 1, .superblock(group: group)) }
            add(
                reserved.descriptors.lowerBound, UInt64(reserved.descriptors.count),
                .descriptors(group: group, index: descriptorIndex(group)))
            add(
                reserved.growth.lowerBound, UInt64(reserved.growth.count), .growth(group: group))
            let descriptor = image.groups[group]
            add(descriptor.blockBitmap, 1, .blockBitmap(group: group))
            add(descriptor.inodeBitmap, 1, .inodeBitmap(group: group))
            add(
                descriptor.inodeTable, geometry.inodeTableBlocks,
                .inodeTable(group: group, index: 0))
        }
        if image.superblock.incompatible.contains(.multiMountProtection) {
            add(image.superblock[Superblock.Fields.mmpBlock], 1, .multiMount)
        }
    }

    /// The block of the descriptor table that a group's copy starts with.
    private func descriptorIndex(_ group: Int) -> Int {
        let index = group / image.geometry.descriptorsPerBlock
        return index >= image.places.blocksTogether ? index : 0
    }

    /// The maps of all inodes in use: first what lies in the inodes themselves, group by group on
    /// all threads; then, in the order of their numbers, the inodes whose maps go on in blocks. That
    /// part is one thread's, since a block that two maps lead to is walked for the first only.
    mutating func addInodes(workers: Int) {
        let image = image
        let groups = image.groupsWithInodes
        let found = ThreadTeam.map(count: groups.count, workers: workers) { index in
            defer { image.releaseInodeTable(ofGroup: groups[index]) }
            return InodeRuns(image, group: groups[index])
        }
        var seen: Set<UInt64> = []
        for part in found {
            for run in part.runs {
                add(run.blocks.lowerBound, UInt64(run.blocks.count), run.first)
            }
            for number in part.deep {
                guard let inode = image.inode(number) else { continue }
                addDeep(inode, &seen)
            }
        }
    }

    private mutating func addDeep(_ inode: borrowing Inode, _ seen: inout Set<UInt64>) {
        let number = inode.number
        let isResize = number == InodeNumber.resize
        image.walkMap(of: inode) { event in
            switch event {
            case .run(let run):
                add(
                    run.physical, run.length,
                    .content(inode: number, logical: run.logical, isUnwritten: run.isUnwritten))
            case .node(let node):
                guard seen.insert(node.block).inserted else { return false }
                add(
                    node.block, 1,
                    .mapNode(inode: number, level: node.level, isExtents: node.isExtents))
                // Below its first block this inode maps the blocks kept for descriptors, which
                // have their owner already.
                return !isResize
            case .flaw:
                break
            }
            return !isTruncated
        }
    }
}

/// The runs that one group's inodes have in themselves.
private struct InodeRuns: Sendable {
    private(set) var runs: [OwnedRun] = []
    /// Inodes whose maps go on in blocks.
    private(set) var deep: [UInt32] = []

    init(_ image: Ext4Image, group: Int) {
        let geometry = image.geometry
        let descriptor = image.groups[group]
        if descriptor.flags.contains(.inodesUninitialized) { return }
        guard let table = image.inodeTable(ofGroup: group) else { return }
        for index in 0..<Int(geometry.inodesPerGroup) {
            let start = index * geometry.inodeSize
            let number = geometry.inodeNumber(group: group, index: index)
            guard start + geometry.inodeSize <= table.count, number <= UInt64(UInt32.max) else {
                return
            }
            let inode = Inode(
                table.slice(start..<start + geometry.inodeSize), number: UInt32(number))
            add(inode, image)
        }
    }

    private mutating func add(_ inode: borrowing Inode, _ image: Ext4Image) {
        // The inodes of bad blocks and of the resizing have no links.
        guard inode.isInUse || inode.number < 11 && inode.blocks > 0 else { return }
        let number = inode.number
        if inode.xattrBlock != 0 {
            runs.append(OwnedRun(inode.xattrBlock..<inode.xattrBlock + 1, .xattrs(inode: number)))
        }
        guard image.hasMap(inode) || inode.number == InodeNumber.badBlocks else { return }
        let kept = runs.count
        var isDeep = false
        image.walkMap(of: inode) { event in
            switch event {
            case .run(let run):
                runs.append(
                    OwnedRun(
                        run.physical..<run.physical + run.length,
                        .content(
                            inode: number, logical: run.logical, isUnwritten: run.isUnwritten)))
            case .node:
                isDeep = true
                return false
            case .flaw:
                break
            }
            return true
        }
        guard isDeep else { return }
        runs.removeSubrange(kept...)
        deep.append(number)
    }
}

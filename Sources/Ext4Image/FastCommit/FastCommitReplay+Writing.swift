internal import Ext4Layout
internal import ImageBytes

extension FastCommitReplay {
    /// Writes all that was changed.
    mutating func written(
        superblock: [UInt8]
    ) throws(FormatError) -> [MappedImage.Patch] {
        let changed = inodes.keys.sorted().filter { isChanged($0) }
        // An inode in use says how many blocks it has, which follows from its map.
        for number in changed where inodes[number]?.hasExtents == true { try loadMap(number) }
        var groups = EditedGroups(image)
        // Nothing new may go where files are, were or will be.
        try markOld(used: true, &groups)
        var patches: [MappedImage.Patch] = []
        for number in directories.keys.sorted() where directories[number]?.isChanged == true {
            try write(directory: number, &groups, to: &patches)
        }
        var nodes: [UInt64] = []
        for number in inodes.keys.sorted() where inodes[number]?.map != nil {
            nodes += try write(mapOf: number, &groups, to: &patches)
        }
        try markOld(used: false, &groups)
        for block in nodes { try groups.mark(block..<block + 1, used: true, &budget) }
        for number in inodes.keys.sorted() {
            for run in inodes[number]?.map?.runs ?? [] {
                try groups.mark(run.blocks, used: true, &budget)
            }
            guard isChanged(number) else { continue }
            try write(inode: number, &groups, to: &patches)
        }
        return patches + groups.patches(superblock: superblock)
    }

    private func isChanged(_ number: UInt32) -> Bool {
        guard let edited = inodes[number], let inode = image.inode(number) else { return false }
        return edited.bytes != inode.slice.copy() || edited.map != edited.oldMap
    }

    private func markOld(
        used: Bool, _ groups: inout EditedGroups
    ) throws(FormatError) {
        var budget = budget
        for number in inodes.keys.sorted() {
            guard let inode = inodes[number] else { continue }
            for run in inode.oldMap?.runs ?? [] {
                try groups.mark(run.blocks, used: used, &budget)
            }
            for node in inode.oldNodes {
                try groups.mark(node..<node + 1, used: used, &budget)
            }
        }
        for region in regions { try groups.mark(region, used: used, &budget) }
    }

    private mutating func write(
        directory number: UInt32, _ groups: inout EditedGroups,
        to patches: inout [MappedImage.Patch]
    ) throws(FormatError) {
        guard var inode = inodes[number], var map = inode.map, let directory = directories[number]
        else { return }
        let hasTail = image.superblock.readOnly.contains(.metadataChecksums)
        let size = image.geometry.blockSize
        let old = map.runs.reduce(0) { $0 &+ Int(clamping: $1.length) }
        try budget.spend(steps: old)
        try budget.spend(bytes: old * size)
        var physical = map.runs.flatMap { Array($0.blocks) }
        let blocks = directory.blocks(
            number: number, least: physical.count, blockSize: size,
            tail: hasTail ? DirectoryTail.byteCount : 0,
            hasTypes: image.superblock.incompatible.contains(.fileType))
        try budget.spend(steps: blocks.count, bytes: blocks.count * size)
        let seed = image.checksums.seed(ofInode: number, generation: inode.generation)
        for (index, content) in blocks.enumerated() {
            if index == physical.count {
                let block = try groups.allocate(&budget)
                physical.append(block)
                map.add(BlockRun(logical: UInt64(index), physical: block, length: 1))
            }
            var block = content
            if hasTail {
                let sum = MetadataChecksums.directory(
                    ImageSlice(block.rawSpan), inodeSeed: seed)
                block.set(
                    DirectoryTail.Fields.checksum, sum, from: size - DirectoryTail.byteCount)
            }
            patches.append(.init(offset: physical[index] &* UInt64(size), bytes: block))
        }
        inode.map = map
        inode.size = UInt64(blocks.count * size)
        inode[Inode.Fields.flags] = inode.flags.subtracting(.indexed).rawValue
        inodes[number] = inode
    }

    /// Writes a map's nodes and the root in the inode; returns the blocks of the nodes.
    private mutating func write(
        mapOf number: UInt32, _ groups: inout EditedGroups, to patches: inout [MappedImage.Patch]
    ) throws(FormatError) -> [UInt64] {
        guard var inode = inodes[number], let map = inode.map else { return [] }
        var nodes = inode.oldNodes
        if map != inode.oldMap {
            var writer = ExtentTreeWriter(
                blockSize: image.geometry.blockSize,
                seed: image.superblock.readOnly.contains(.metadataChecksums)
                    ? image.checksums.seed(ofInode: number, generation: inode.generation) : nil)
            var spare = inode.oldNodes[...]
            let root = try writer.write(map.runs) { () throws(FormatError) in
                try self.budget.spend(bytes: self.image.geometry.blockSize)
                if let block = spare.popFirst() { return block }
                return try groups.allocate(&self.budget)
            }
            inode.bytes.replaceSubrange(Inode.Fields.block.range, with: root)
            nodes = writer.nodes.map(\.block)
            patches += writer.nodes.map {
                .init(offset: $0.block &* UInt64(image.geometry.blockSize), bytes: $0.bytes)
            }
        }
        let count = map.runs.reduce(UInt64(nodes.count)) { $0 + $1.length }
        if isChanged(number) {
            inode.setBlocks(count, blockSize: image.geometry.blockSize)
        }
        inodes[number] = inode
        return nodes
    }

    private mutating func write(
        inode number: UInt32, _ groups: inout EditedGroups, to patches: inout [MappedImage.Patch]
    ) throws(FormatError) {
        guard var inode = inodes[number], let place = image.inode(number)?.slice.origin else {
            return
        }
        if image.superblock.readOnly.contains(.metadataChecksums) {
            inode.setChecksum(image.checksums)
        }
        patches.append(.init(offset: place, bytes: inode.bytes))
        let isUsed = inode.linksCount != 0
        let isDirectory = isUsed && inode.kind == .directory
        let change = (isDirectory ? 1 : 0) - (inode.wasDirectory ? 1 : 0)
        if image.isInodeMarked(number) != isUsed || change != 0 {
            try groups.markInode(number, used: isUsed, directories: change, &budget)
        }
    }
}

extension Plan {
    /// Blocks of the image that are written, and so what a build needs on its disk.
    public var writtenBlocks: UInt64 {
        geometry.blockCount - unwritten.reduce(0) { $0 + UInt64($1.count) }
    }

    /// All other blocks of the file system, in any order: holes of the output file, which are zeros.
    var unwritten: [Range<UInt64>] {
        free + unusedInodes + journalLog + unusedGrowth
    }

    /// Of the blocks for growth, the first ones hold the numbers of all the others, if there are others.
    private var unusedGrowth: [Range<UInt64>] {
        let growth = geometry.growth
        return growth.count > 1 ? Array(growth.dropFirst()) : growth
    }

    /// Blocks of the inode tables behind the last inode in use.
    private var unusedInodes: [Range<UInt64>] {
        geometry.groups.enumerated().map { group, place in
            let first = group * geometry.inodesPerGroup
            let used = max(0, min(geometry.inodesPerGroup, Int(lastInode) - first))
            let blocks = UInt64((used + Geometry.inodesPerBlock - 1) / Geometry.inodesPerBlock)
            return place.inodeTable + blocks..<place.inodeTable + geometry.inodeTableBlocks
        }
    }

    /// The journal's blocks behind its superblock.
    private var journalLog: [Range<UInt64>] {
        journal.map(\.blocks).enumerated().map { $0 == 0 ? $1.dropFirst() : $1 }
    }
}

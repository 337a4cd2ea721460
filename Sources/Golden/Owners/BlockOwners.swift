public import Ext4Image
import Ext4Layout
import ImageBytes

/// The owner of every block of an image, as runs: small for any number of free blocks.
public struct BlockOwners: Sendable {
    /// Blocks that lie together and belong to one thing.
    struct Run: Sendable {
        let start: UInt64
        let length: UInt64
        let kind: BlockOwner.Kind
        let inode: UInt32
        let fileBlock: UInt64

        var end: UInt64 { start + length }
    }

    /// Sorted by their first block. Where structures lie over one another, as in a broken image,
    /// the one that starts first counts, and metadata before files.
    private(set) var runs: [Run] = []
    private let blockCount: UInt64

    /// Files hold more blocks than there are, so that some belong to several.
    public struct SharedBlocks: Error, Equatable, Sendable, CustomStringConvertible {
        public var description: String {
            "files hold more blocks than there are: some belong to several"
        }
    }

    /// Reads the metadata's places and the map of every inode in use.
    ///
    /// `digest` is of the image's bytes: pages of zeros in inode tables are not looked at.
    public init(of image: Ext4Image, digest: ImageDigest) throws(SharedBlocks) {
        blockCount = image.geometry.blockCount
        var found: [Run] = []
        Self.addMetadata(of: image, to: &found)
        let budget = BlockBudget(blockCount: blockCount)
        for group in 0..<image.geometry.groupCount {
            try Self.addFiles(ofGroup: group, of: image, digest, budget, to: &found)
        }
        runs = Self.withoutOverlap(found)
    }

    /// The owner of a block; `free` for what nobody holds.
    public func owner(of block: UInt64) -> BlockOwner {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].end <= block { low = middle + 1 } else { high = middle }
        }
        guard low < runs.count, runs[low].start <= block else { return BlockOwner(.free) }
        let run = runs[low]
        return BlockOwner(
            run.kind, inode: run.inode,
            fileBlock: run.inode == 0 ? 0 : run.fileBlock + block - run.start)
    }

    /// How many blocks each class has, in the order of the classes.
    var blockCounts: [UInt64] {
        var counts = [UInt64](repeating: 0, count: OwnerClassName.allCases.count)
        var owned: UInt64 = 0
        for run in runs {
            counts[run.kind.ownerClass.index] += run.length
            owned += run.length
        }
        counts[OwnerClassName.free.index] += blockCount - min(owned, blockCount)
        return counts
    }

    private static func addMetadata(of image: Ext4Image, to runs: inout [Run]) {
        let geometry = image.geometry
        func add(_ kind: BlockOwner.Kind, _ start: UInt64, _ length: UInt64) {
            guard start < geometry.blockCount, length > 0 else { return }
            runs.append(
                Run(
                    start: start, length: min(length, geometry.blockCount - start), kind: kind,
                    inode: 0, fileBlock: 0))
        }
        // What lies before the first block of group 0 is the boot loader's, and part of block 0.
        add(.superblock, 0, max(1, geometry.firstDataBlock))
        for (number, group) in image.groups.enumerated() {
            let reserved = image.places.reservedBlocks(ofGroup: number)
            if let copy = reserved.superblock { add(.superblock, copy, 1) }
            add(
                .descriptors, reserved.descriptors.lowerBound,
                UInt64(reserved.descriptors.count))
            add(.descriptorGrowth, reserved.growth.lowerBound, UInt64(reserved.growth.count))
            add(.blockBitmap, group.blockBitmap, 1)
            add(.inodeBitmap, group.inodeBitmap, 1)
            add(.inodeTable, group.inodeTable, geometry.inodeTableBlocks)
        }
    }

    private static func addFiles(
        ofGroup group: Int, of image: Ext4Image, _ digest: ImageDigest, _ budget: BlockBudget,
        to runs: inout [Run]
    ) throws(SharedBlocks) {
        let geometry = image.geometry
        let table = image.groups[group].inodeTable
        let (start, overflow) = table.multipliedReportingOverflow(by: UInt64(geometry.blockSize))
        let size = UInt64(geometry.inodeSize)
        let (end, wraps) = start.addingReportingOverflow(geometry.inodesPerGroup &* size)
        guard !overflow, !wraps, start < end else { return }
        let bytes = start..<end
        for page in digest.pagesWithData(in: bytes) {
            let low = max(page, bytes.lowerBound) - bytes.lowerBound
            let high = min(page + UInt64(VerityTree.blockByteCount), bytes.upperBound)
            for index in low / size..<(high - bytes.lowerBound + size - 1) / size {
                let number = geometry.inodeNumber(group: group, index: Int(index))
                guard number <= UInt64(geometry.inodeCount) else { return }
                try addFile(UInt32(number), of: image, budget, to: &runs)
            }
        }
    }

    private static func addFile(
        _ number: UInt32, of image: Ext4Image, _ budget: BlockBudget, to runs: inout [Run]
    ) throws(SharedBlocks) {
        guard let inode = image.inode(number), inode.isInUse else { return }
        if inode.xattrBlock != 0, inode.xattrBlock < image.geometry.blockCount {
            runs.append(
                Run(
                    start: inode.xattrBlock, length: 1, kind: .xattrs, inode: number, fileBlock: 0))
        }
        guard image.hasMap(inode) else { return }
        let kind = kind(of: inode, image)
        var isShared = false
        image.walkMap(of: inode) { event in
            switch event {
            case .flaw: return true
            case .node(let node):
                runs.append(
                    Run(
                        start: node.block, length: 1,
                        kind: kind == .descriptorGrowth ? kind : .map, inode: number, fileBlock: 0))
                isShared = !budget.take(1)
            case .run(let run):
                runs.append(
                    Run(
                        start: run.physical, length: run.length, kind: kind, inode: number,
                        fileBlock: run.logical))
                isShared = !budget.take(run.length)
            }
            return !isShared
        }
        if isShared { throw SharedBlocks() }
    }

    private static func kind(
        of inode: borrowing Inode, _ image: Ext4Image
    ) -> BlockOwner.Kind {
        if inode.number == InodeNumber.resize { return .descriptorGrowth }
        let journal = image.superblock[Superblock.Fields.journalInode]
        if inode.number == journal && journal != 0 { return .journal }
        return inode.kind == .directory ? .directory : .data
    }

    /// Sorts the runs and cuts each where the one before it ends.
    private static func withoutOverlap(_ found: [Run]) -> [Run] {
        let sorted = found.sorted {
            ($0.start, $0.inode == 0 ? 0 : 1, $0.kind.rawValue, $0.inode)
                < ($1.start, $1.inode == 0 ? 0 : 1, $1.kind.rawValue, $1.inode)
        }
        var runs: [Run] = []
        runs.reserveCapacity(sorted.count)
        for run in sorted {
            let start = max(run.start, runs.last?.end ?? 0)
            guard start < run.end else { continue }
            runs.append(
                Run(
                    start: start, length: run.end - start, kind: run.kind, inode: run.inode,
                    fileBlock: run.inode == 0 ? 0 : run.fileBlock + start - run.start))
        }
        return runs
    }
}

extension OwnerClassName {
    /// The position among the classes.
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

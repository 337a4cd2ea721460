internal import Ext4Layout
public import HostSystem
internal import ImageBytes

/// The owner of every block of an image, kept as runs: its memory follows the number of extents,
/// not the size of the image.
public struct OwnerMap: Sendable {
    /// The image that was mapped.
    public let image: Ext4Image
    /// Every run, by its first block; where a block has two owners, the runs overlap.
    public let runs: [OwnedRun]
    /// Whether ``runLimit`` was met, so that some owners are not known.
    public let isTruncated: Bool
    /// For each run, the highest end of it and those before it: a look-up stops there.
    private let reach: [UInt64]
    /// The runs that are the first owner of some block, by their places in ``runs``. Their ends
    /// rise, so that a look-up takes no longer where a hostile image gives all blocks many owners.
    private let firsts: [Int32]
    let journal: LazyJournalIndex

    /// More runs than this are not kept: 40 bytes each, 160 MiB.
    public static let runLimit = 1 << 22

    /// Maps an image.
    ///
    /// - Parameters:
    ///   - image: what to map; it may be broken in any way.
    ///   - workers: threads; the result is the same for every number.
    public init(of image: Ext4Image, workers: Int = ThreadTeam.processorCount) {
        self.image = image
        journal = LazyJournalIndex(image)
        var builder = OwnerMapBuilder(image)
        builder.addMetadata()
        builder.addInodes(workers: workers)
        isTruncated = builder.isTruncated
        // Stable by construction: equal places keep the order of metadata, then inode numbers.
        let order = builder.runs.indices.sorted { left, right in
            let (one, other) = (builder.runs[left].blocks, builder.runs[right].blocks)
            return one.lowerBound == other.lowerBound
                ? left < right : one.lowerBound < other.lowerBound
        }
        runs = order.map { builder.runs[$0] }
        var highest: UInt64 = 0
        var firsts: [Int32] = []
        reach = runs.enumerated().map { index, run in
            if run.blocks.upperBound > highest { firsts.append(Int32(index)) }
            highest = max(highest, run.blocks.upperBound)
            return highest
        }
        self.firsts = firsts
    }

    /// Everybody who claims a block, in the order of their runs; free or lost where nobody does.
    public func owners(of block: UInt64) -> [BlockOwner] {
        var index = firstRun(after: block)
        var found: [BlockOwner] = []
        while index > 0, reach[index - 1] > block {
            index -= 1
            if runs[index].blocks.contains(block) { found.append(runs[index].owner(of: block)) }
        }
        return found.isEmpty ? [unowned(block)] : found.reversed()
    }

    /// The first of ``owners(of:)``.
    public func owner(of block: UInt64) -> BlockOwner {
        firstRun(with: block)?.owner(of: block) ?? unowned(block)
    }

    /// The run of the first owner; nil where there is none.
    private func firstRun(with block: UInt64) -> OwnedRun? {
        var low = 0
        var high = firsts.count
        while low < high {
            let middle = (low + high) / 2
            if runs[Int(firsts[middle])].blocks.upperBound <= block {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < firsts.count else { return nil }
        let run = runs[Int(firsts[low])]
        return run.blocks.contains(block) ? run : nil
    }

    /// Where the runs start that begin after a block.
    private func firstRun(after block: UInt64) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].blocks.lowerBound <= block { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func unowned(_ block: UInt64) -> BlockOwner {
        guard image.isBlockMarked(block) == true else { return .free }
        // A cluster is marked whole although a file may end inside it.
        let geometry = image.geometry
        guard geometry.blocksPerCluster > 1 else { return .lost }
        let size = UInt64(geometry.blocksPerCluster)
        let start = (block - geometry.firstDataBlock) / size * size + geometry.firstDataBlock
        let cluster = start..<min(start + size, geometry.blockCount)
        return cluster.contains { isOwned($0) } ? .free : .lost
    }

    private func isOwned(_ block: UInt64) -> Bool { firstRun(with: block) != nil }
}

import Ext4Layout
import HostSystem
import ImageBytes

/// Goes through the inode tables (e2fsck's pass 1), in parts that are spread over threads.
struct InodeScan: Sendable {
    private let volume: Volume
    /// The blocks that hold the file system's own structures.
    private let metadata: SparseBits
    /// Blocks on the list of bad blocks.
    private let badBlocks: Set<UInt64>
    /// What the maps of all inodes together may cost.
    private let budget: MapBudget

    /// Inodes in one part of the work.
    private static let inodesPerPart = 2048

    init(_ volume: Volume, metadata: SparseBits, badBlocks: Set<UInt64>) {
        self.volume = volume
        self.metadata = metadata
        self.badBlocks = badBlocks
        budget = MapBudget(volume)
    }

    /// A run of inodes in one group.
    struct Part: Sendable {
        let group: Int
        let indices: Range<Int>
    }

    /// Goes through everything.
    ///
    /// - Returns: the results in the order of the inodes, whatever the number of threads. Where the
    ///   inodes cost more than any sound image, those of one thread, which end where they did.
    func run(jobs: Int) -> [InodeScanResult] {
        let results = scan(jobs: jobs)
        guard budget.isSpent else { return results }
        // Where the limit is met depends on the threads now; with one thread it does not.
        guard jobs > 1 else { return results }
        return InodeScan(volume, metadata: metadata, badBlocks: badBlocks).scan(jobs: 1)
    }

    private func scan(jobs: Int) -> [InodeScanResult] {
        guard let parts = self.parts() else {
            var result = InodeScanResult()
            result.isTruncated = true
            result.log.add(
                .limit, at: .fileSystem, severity: .error,
                "the inode tables have more bytes than the image: truncated at 0 of at least "
                    + "\(volume.image.count)")
            return [result]
        }
        return ThreadTeam.map(
            count: parts.count, workers: jobs,
            state: {
                InodeScanner(Volume(volume), metadata: metadata, badBlocks: badBlocks, budget)
            }
        ) { scanner, index in
            var result = InodeScanResult()
            scanner.scan(parts[index], &result)
            return result
        }
    }

    /// The work, group by group; nil where the tables, which are distinct in a sound image, have
    /// more bytes than it has.
    private func parts() -> [Part]? {
        var parts: [Part] = []
        var left = volume.image.count
        for group in volume.groups.indices where volume.groups[group].inodeTable != 0 {
            let count = volume.scannedInodes(ofGroup: group)
            left -= count * volume.inodeSize
            guard left >= 0 else { return nil }
            // A part starts with a block of inodes, since blocks are judged as a whole.
            for start in stride(from: 0, to: count, by: Self.inodesPerPart) {
                parts.append(
                    Part(group: group, indices: start..<min(start + Self.inodesPerPart, count)))
            }
        }
        return parts
    }
}

import Ext4Image

/// Runs of blocks, by their first block, each of one class of owner. Where runs overlap, a block
/// belongs to the first of them; what no run has is free.
protocol ClassedRuns: Sendable {
    var runCount: Int { get }

    func blocks(ofRun index: Int) -> Range<UInt64>

    /// May be dear: it is asked for once a run at most, and only where it matters.
    func ownerClass(ofRun index: Int) -> OwnerClassName
}

extension ClassedRuns {
    /// How many of `total` blocks each class has, in the order of the classes.
    func blockCounts(of total: UInt64) -> [UInt64] {
        var counts = [UInt64](repeating: 0, count: OwnerClassName.allCases.count)
        var covered: UInt64 = 0
        for index in 0..<runCount {
            let blocks = blocks(ofRun: index)
            let start = max(blocks.lowerBound, covered)
            guard start < blocks.upperBound else { continue }
            counts[ownerClass(ofRun: index).index] += blocks.upperBound - start
            covered = blocks.upperBound
        }
        counts[OwnerClassName.free.index] += total - counts.reduce(0, +)
        return counts
    }
}

extension OwnerMap: ClassedRuns {
    var runCount: Int { runs.count }

    func blocks(ofRun index: Int) -> Range<UInt64> { runs[index].blocks }

    func ownerClass(ofRun index: Int) -> OwnerClassName {
        OwnerClassName(of: runs[index].first, in: image)
    }
}

extension [ClassRun]: ClassedRuns {
    var runCount: Int { count }

    func blocks(ofRun index: Int) -> Range<UInt64> { self[index].blocks }

    func ownerClass(ofRun index: Int) -> OwnerClassName { self[index].owner }
}

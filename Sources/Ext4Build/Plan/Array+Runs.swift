extension [Range<UInt64>] {
    /// The same blocks in rising order, in as few runs as there can be. None of them overlap.
    func joinedRuns() -> [Range<UInt64>] {
        var joined: [Range<UInt64>] = []
        for run in sorted(by: { $0.lowerBound < $1.lowerBound }) { joined.append(joining: run) }
        return joined
    }

    /// Whether any of these blocks is in a run. The runs rise.
    func runsOverlap(_ blocks: Range<UInt64>) -> Bool {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].upperBound <= blocks.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < count && self[low].lowerBound < blocks.upperBound
    }

    /// Adds a run, to the last one where it goes on from there.
    mutating func append(joining run: Range<UInt64>) {
        if let last, last.upperBound == run.lowerBound {
            self[count - 1] = last.lowerBound..<run.upperBound
        } else if !run.isEmpty {
            append(run)
        }
    }
}

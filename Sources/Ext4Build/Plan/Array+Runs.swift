extension [Range<UInt64>] {
    /// The same blocks in rising order, in as few runs as there can be. None of them overlap.
    func joinedRuns() -> [Range<UInt64>] {
        var joined: [Range<UInt64>] = []
        for run in sorted(by: { $0.lowerBound < $1.lowerBound }) where !run.isEmpty {
            if let last = joined.last, last.upperBound == run.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<run.upperBound
            } else {
                joined.append(run)
            }
        }
        return joined
    }
}

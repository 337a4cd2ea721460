/// A file's extents while fast commits change them: in the order of the file, without overlaps.
struct EditedMap: Equatable, Sendable {
    /// More extents of one file are not changed: every change may move all of them.
    static let runLimit = 1 << 14
    /// The most blocks of an extent; an unwritten one has one fewer (`EXT_INIT_MAX_LEN`).
    private static let lengthLimit: UInt64 = 32768

    private(set) var runs: [BlockRun]

    /// - Parameter runs: in the order of the file, without overlaps.
    init(_ runs: [BlockRun] = []) { self.runs = runs }

    /// Takes blocks of the file away.
    mutating func remove(_ range: Range<UInt64>) {
        let first = place(of: range.lowerBound)
        var last = first
        while last < runs.count, runs[last].logical < range.upperBound { last += 1 }
        guard first < last else { return }
        var kept: [BlockRun] = []
        let (head, tail) = (runs[first], runs[last - 1])
        if head.logical < range.lowerBound {
            kept.append(head.part(head.logical..<range.lowerBound))
        }
        if tail.logicalEnd > range.upperBound {
            kept.append(tail.part(range.upperBound..<tail.logicalEnd))
        }
        runs.replaceSubrange(first..<last, with: kept)
    }

    /// Maps blocks of the file, in place of what they were mapped to.
    mutating func add(_ run: BlockRun) {
        remove(run.logical..<run.logicalEnd)
        let index = place(of: run.logical)
        runs.insert(run, at: index)
        join(at: index + 1)
        join(at: index)
    }

    /// The first run that ends after a block of the file.
    private func place(of logical: UInt64) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].logicalEnd <= logical { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Makes one run of two that follow each other in the file and on disk.
    private mutating func join(at index: Int) {
        guard index > 0, index < runs.count else { return }
        let (left, right) = (runs[index - 1], runs[index])
        let length = left.length + right.length
        guard left.logicalEnd == right.logical, left.physical + left.length == right.physical,
            left.isUnwritten == right.isUnwritten,
            length <= Self.lengthLimit - (left.isUnwritten ? 1 : 0)
        else { return }
        runs[index - 1] = BlockRun(
            logical: left.logical, physical: left.physical, length: length,
            isUnwritten: left.isUnwritten)
        runs.remove(at: index)
    }
}

extension BlockRun {
    /// The blocks on disk.
    var blocks: Range<UInt64> { physical..<physical + length }

    /// The part that holds these blocks of the file, which it has.
    fileprivate func part(_ range: Range<UInt64>) -> BlockRun {
        BlockRun(
            logical: range.lowerBound, physical: physical + (range.lowerBound - logical),
            length: range.upperBound - range.lowerBound, isUnwritten: isUnwritten)
    }
}

/// The blocks of 4 KiB in which two images part.
struct DifferingBlocks: Equatable {
    /// Those that both images have, sorted.
    let common: [UInt64]
    /// Those that only the larger one has.
    let beyond: Range<UInt64>

    var count: UInt64 { UInt64(common.count) + (beyond.upperBound - beyond.lowerBound) }

    init(_ common: [UInt64], of one: UInt64, and other: UInt64) {
        let counts = [one, other].map { VerityTree(byteCount: $0).blockCount }
        self.common = common
        beyond = min(counts[0], counts[1])..<max(counts[0], counts[1])
    }
}

import Golden

/// Roots that are only known once everything was looked at: each of these bits stands for whatever
/// primary causes can be the reason, and for the cause itself where there are none.
extension CauseSet {
    /// Why blocks lie elsewhere.
    static let placement = CauseSet(rawValue: 1 << 24)
    /// Why inodes have other numbers.
    static let numbering = CauseSet(rawValue: 1 << 25)
    /// Why counts and bitmaps differ that are right on both sides.
    static let allocation = CauseSet(rawValue: 1 << 27)
    /// Why the tables of the groups lie elsewhere.
    static let metadata = CauseSet(rawValue: 1 << 28)
    /// Why the log holds something else.
    static let log = CauseSet(rawValue: 1 << 29)
    /// Why the file system was written at another time, or more was written to it.
    static let writing = CauseSet(rawValue: 1 << 30)

    /// Why tables of inodes count as zeroed.
    static let zeroing = CauseSet(rawValue: 1 << 31)

    /// The bits that stand for causes.
    static let named = CauseSet(rawValue: (1 << 24) - 1)
}

/// What one look at the whole found out, to decide what follows from what.
struct Circumstances {
    /// The causes that follow from nothing.
    var primaries: CauseSet = []
    /// A changed content takes more or fewer blocks.
    var contentTakesOtherBlocks = false
    /// Blocks of extended attributes came or went.
    var xattrsTakeOtherBlocks = false
    /// The numbers of the inodes have another order, and not only gaps.
    var numbersPart = false
    /// Only files whose content differs have other numbers: they were replaced by new ones.
    var replacedAlone = false
    /// Directories are cut into blocks of another size.
    var blockSizesDiffer = false

    /// Makes the deferred roots known, each after those that it can follow from. A cause that
    /// follows from nothing becomes primary.
    mutating func resolve(_ used: CauseSet) -> Resolution {
        var resolution = Resolution()
        func has(_ bit: CauseSet) -> Bool { used.contains(bit) }
        resolution.metadata = settle(
            has(.metadata), .geometry, from: [.features, .journal])
        if replacedAlone, primaries.contains(.content) {
            resolution.numbering = CauseSet(.content)
        } else {
            resolution.numbering = settle(
                has(.numbering), .inodeOrder,
                from: numbersPart
                    ? [.geometry, .directoryOrder] : [.geometry, .added, .removed, .hardLinks])
        }
        resolution.log = settle(
            has(.log), .journal, from: [.mounted] + (blockSizesDiffer ? [.geometry] : []))
        resolution.zeroing = settle(has(.zeroing), .features, from: [.mounted])
        var reasons: [Cause.Name] = [
            .geometry, .features, .journal, .added, .removed, .hardLinks, .directoryOrder,
            .inodeOrder,
        ]
        if contentTakesOtherBlocks { reasons.append(.content) }
        if xattrsTakeOtherBlocks { reasons.append(.xattr) }
        resolution.placement = settle(has(.placement), .blockPlacement, from: reasons)
        reasons += [.blockPlacement, .mounted]
        resolution.allocation = settle(has(.allocation), .count, from: reasons)
        return resolution
    }

    private mutating func settle(
        _ isUsed: Bool, _ cause: Cause.Name, from reasons: [Cause.Name]
    ) -> CauseSet {
        guard isUsed, !primaries.contains(cause) else { return CauseSet(cause) }
        let found = reasons.reduce(into: CauseSet()) { $0.insert(CauseSet($1)) }
            .intersection(primaries)
        if found.isEmpty { primaries.insert(CauseSet(cause)) }
        return found.isEmpty ? CauseSet(cause) : found
    }
}

/// What the deferred roots came to.
struct Resolution {
    var placement: CauseSet = []
    var numbering: CauseSet = []
    var allocation: CauseSet = []
    var metadata: CauseSet = []
    var log: CauseSet = []
    var zeroing: CauseSet = []

    /// The roots of a difference of a cause, none of them deferred; the cause itself for none.
    func roots(_ roots: CauseSet, of cause: Cause.Name) -> CauseSet {
        var known = roots.intersection(.named)
        if roots.contains(.placement) { known.formUnion(placement) }
        if roots.contains(.numbering) { known.formUnion(numbering) }
        if roots.contains(.allocation) { known.formUnion(allocation) }
        if roots.contains(.metadata) { known.formUnion(metadata) }
        if roots.contains(.zeroing) { known.formUnion(zeroing) }
        if roots.contains(.log) { known.formUnion(log) }
        return known.isEmpty ? CauseSet(cause) : known
    }
}

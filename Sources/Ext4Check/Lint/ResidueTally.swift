import ImageBytes

/// Where bytes may stand that carry no meaning.
enum ResidueKind: Int, CaseIterable, Sendable {
    case bootBlock
    case superblockGap
    case descriptorGap
    case unusedInode
    case inodeGap
    case mapGap
    case attributeGap
    case directoryGap
    case fileTail
    case journal
    case freeBlock
    case pastEnd

    /// What they are called.
    var words: String {
        switch self {
        case .bootBlock: "before the superblock"
        case .superblockGap: "behind a superblock"
        case .descriptorGap: "behind the group descriptors"
        case .unusedInode: "in inodes that are not in use"
        case .inodeGap: "behind the fields of inodes"
        case .mapGap: "in the unused part of a map of blocks"
        case .attributeGap: "between extended attributes"
        case .directoryGap: "behind names in directories"
        case .fileTail: "behind the ends of files"
        case .journal: "in the journal, which is empty"
        case .freeBlock: "in free blocks"
        case .pastEnd: "behind the end of the file system"
        }
    }
}

/// How many bytes without meaning are not zero, and where the first of each kind is.
struct ResidueTally: Sendable {
    private var counts = [UInt64](repeating: 0, count: ResidueKind.allCases.count)
    private var places = [FindingPlace?](repeating: nil, count: ResidueKind.allCases.count)

    /// Counts the bytes of a range that are not zero.
    mutating func add(
        _ kind: ResidueKind, _ disk: ImageSlice, _ range: Range<Int>,
        at place: (_ offset: Int) -> FindingPlace
    ) {
        guard !range.isEmpty, let first = disk.firstNonZero(in: range) else { return }
        if places[kind.rawValue] == nil { places[kind.rawValue] = place(first) }
        var count: UInt64 = 0
        for offset in first..<range.upperBound where disk[byte: offset] != 0 { count += 1 }
        counts[kind.rawValue] += count
    }

    /// Adds what another part of the work counted.
    mutating func add(_ other: ResidueTally) {
        for index in counts.indices {
            counts[index] += other.counts[index]
            if places[index] == nil { places[index] = other.places[index] }
        }
    }

    /// Reports every kind that was found.
    func report(_ log: inout FindingLog) {
        for kind in ResidueKind.allCases {
            guard let place = places[kind.rawValue] else { continue }
            log.add(
                .lintResidue, at: place,
                "\(counts[kind.rawValue]) bytes \(kind.words) are not zero; the first is here")
        }
    }
}

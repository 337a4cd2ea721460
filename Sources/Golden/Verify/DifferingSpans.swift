/// The spans of 512 KiB in which two images part.
struct DifferingSpans: Equatable {
    /// Those that both images have, sorted.
    let common: [UInt64]
    /// Those that only the larger one has.
    let beyond: Range<UInt64>
    /// Those of them that are not zeros.
    let beyondWithData: [UInt64]

    var isEmpty: Bool { common.isEmpty && beyond.isEmpty }
    var count: Int { common.count + Int(clamping: beyond.upperBound - beyond.lowerBound) }

    /// - Parameters:
    ///   - old: the spans that are not zeros, sorted, and the bytes of the image they are of.
    ///   - new: the same of the other image.
    init(
        from old: (spans: [GoldenFile.Span], imageBytes: UInt64),
        to new: (spans: [GoldenFile.Span], imageBytes: UInt64)
    ) {
        let counts = [old.imageBytes, new.imageBytes].map { VerityTree(byteCount: $0).spanCount }
        let (short, long) = (min(counts[0], counts[1]), max(counts[0], counts[1]))
        beyond = short..<long
        var here = Dictionary(
            new.spans.map { ($0.index, $0.digest) }, uniquingKeysWith: { first, _ in first })
        var differing: [UInt64] = []
        for span in old.spans where here.removeValue(forKey: span.index) != span.digest {
            differing.append(span.index)
        }
        let all = (differing + here.keys).sorted()
        common = all.filter { $0 < short }
        beyondWithData = all.filter { $0 >= short }
    }

    init(from old: GoldenFacts, to new: GoldenFacts) {
        self.init(from: (old.spans, old.imageBytes), to: (new.spans, new.imageBytes))
    }
}

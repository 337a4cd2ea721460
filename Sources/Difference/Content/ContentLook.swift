/// Where two versions of a file part, and what of the usual culprits that is.
public struct ContentLook: Equatable, Sendable {
    /// The first byte that differs; the end of the shorter one where it is the start of the longer.
    public let offset: UInt64
    /// Bytes of the first version.
    public let sizeA: UInt64
    /// Bytes of the second version.
    public let sizeB: UInt64
    /// At most ``shownCount`` bytes of the first version from the offset on.
    public let bytesA: [UInt8]
    /// At most ``shownCount`` bytes of the second version from the offset on.
    public let bytesB: [UInt8]
    /// What it is that differs, where that is one of the usual culprits.
    public let culprit: Culprit?
    /// Whether nothing else differs.
    public let isAll: Bool
    /// The culprit in one line: `ELF: only the build ID differs, 1f against 2e`. It holds nothing
    /// from the files that has not been escaped.
    public let sentence: String?

    /// Bytes of each version that are shown.
    public static let shownCount = 12

    /// Looks into two versions of a file.
    ///
    /// - Parameters:
    ///   - a: the first version.
    ///   - b: the second version.
    ///   - start: they are known to be equal before this offset.
    ///   - budget: what may be read; it is shared by all files of a comparison.
    /// - Returns: nil where the two are equal, or where the budget ended before a difference.
    public init?(
        _ a: some ContentBytes, _ b: some ContentBytes, from start: UInt64 = 0,
        _ budget: inout ContentBudget
    ) {
        let pair = ContentPair(a: a, b: b)
        guard let offset = pair.firstDifference(from: start, &budget) else { return nil }
        self.offset = offset
        sizeA = a.byteCount
        sizeB = b.byteCount
        bytesA = a.bytes(at: offset, count: Self.shownCount)
        bytesB = b.bytes(at: offset, count: Self.shownCount)
        guard let finding = Self.finding(pair, offset, &budget) else {
            culprit = nil
            isAll = false
            sentence = nil
            return
        }
        culprit = finding.culprit
        let rest: ContentPair.Rest
        switch finding.isAll {
        case true?: rest = .same
        case false?: rest = .differs(at: offset)
        case nil: rest = pair.rest(outside: finding.ranges, &budget)
        }
        isAll = rest == .same
        sentence = Self.sentence(finding, rest)
    }

    private static func finding(
        _ pair: ContentPair, _ offset: UInt64, _ budget: inout ContentBudget
    ) -> CulpritFinding? {
        guard let left = pair.a.exactly(8, at: 0), let right = pair.b.exactly(8, at: 0) else {
            return nil
        }
        if ELFLook.matches(left), ELFLook.matches(right) { return ELFLook.finding(pair, offset) }
        if GzipLook.matches(left), GzipLook.matches(right) {
            return GzipLook.finding(pair, &budget)
        }
        if ZstdLook.matches(left), ZstdLook.matches(right) {
            return ZstdLook.finding(pair, &budget)
        }
        if ArchiveLook.matches(left), ArchiveLook.matches(right) {
            return ArchiveLook.finding(pair)
        }
        if ZipLook.matches(left), ZipLook.matches(right) { return ZipLook.finding(pair) }
        if PythonLook.matches(left), PythonLook.matches(right) { return PythonLook.finding(pair) }
        return nil
    }

    private static func sentence(_ finding: CulpritFinding, _ rest: ContentPair.Rest) -> String {
        switch (rest, finding.isAll) {
        case (.same, _): "\(finding.kind): only \(finding.words)"
        case (.differs, false?), (.unknown, _): "\(finding.kind): \(finding.words)"
        case (.differs(let offset), _):
            "\(finding.kind): \(finding.words); other bytes from \(offset) on"
        }
    }

    /// The bytes of both sides as hexadecimal digits: `7f45 against 7f46`.
    public var hexadecimalPair: String {
        "\(Self.digits(bytesA)) against \(Self.digits(bytesB))"
    }

    /// Bytes as hexadecimal digits; `the end` for none.
    static func digits(_ bytes: some Collection<UInt8>) -> String {
        if bytes.isEmpty { return "the end" }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

internal import Ext4Image
internal import ImageBytes

/// Looks inside two versions of a file for one of the usual culprits.
public struct CulpritLook: Equatable, Sendable {
    /// What it is that differs.
    let culprit: Culprit
    /// Whether nothing else differs.
    let isAll: Bool
    /// The culprit in one line: `ELF: only the build ID differs, 1f against 2e`. It holds nothing
    /// from the files that has not been escaped.
    let sentence: String

    /// For a comparison of images: the line for two files, nil where no culprit is known.
    public static let finder: CulpritFinder = { before, after, firstDifference in
        guard let left = before.image.inode(before.inode),
            let right = after.image.inode(after.inode)
        else { return nil }
        var budget = ContentBudget(
            imageSize: max(before.image.bytes.count, after.image.bytes.count))
        return CulpritLook(
            ContentReader(left, of: before.image), ContentReader(right, of: after.image),
            firstDifference: firstDifference, &budget)?.sentence
    }

    /// Nil where none of the culprits is to be seen.
    ///
    /// - Parameters:
    ///   - a: the first version.
    ///   - b: the second version.
    ///   - firstDifference: the first byte that differs.
    ///   - budget: what may be read.
    init?(
        _ a: some ContentBytes, _ b: some ContentBytes, firstDifference: UInt64,
        _ budget: inout ContentBudget
    ) {
        let pair = ContentPair(a: a, b: b)
        guard let finding = Self.finding(pair, firstDifference, &budget) else { return nil }
        culprit = finding.culprit
        let rest: ContentPair.Rest
        switch finding.isAll {
        case true?: rest = .same
        case false?: rest = .differs(at: firstDifference)
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
        if ELFLook.matches(left), ELFLook.matches(right) {
            return ELFLook.finding(pair, offset, &budget)
        }
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
                + (finding.sections?.section(at: offset).map { ", in \($0)" } ?? "")
        }
    }

    /// Bytes as hexadecimal digits.
    static func digits(_ bytes: some Collection<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

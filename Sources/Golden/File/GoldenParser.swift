import HostSystem

/// Reads the text of a golden. The text may come from anywhere: every line is checked, and what
/// can be large has a limit with a name.
public struct GoldenParser {
    /// A golden with a line for each of a million names is smaller.
    public static let fileByteLimit: UInt64 = 512 << 20
    /// A path of 4,096 bytes, all escaped, with its facts and 64 KiB of xattrs in base64.
    public static let lineByteLimit = 256 << 10
    /// Facts, classes and waivers; spans are bounded by the file.
    public static let lineCountLimit = 4 << 20
    /// More block groups than a file system of 128 TiB has: each takes many times its line in memory.
    public static let groupCountLimit = 1 << 20
    /// More names than lines of any length that they have would fit into the file.
    public static let entryCountLimit = 8 << 20

    /// The golden, and what a careful reader should be told about it.
    public struct Outcome: Equatable, Sendable {
        public let golden: GoldenFile
        /// Whether the text is of a newer minor version.
        public let isNewer: Bool
        public let warnings: [String]
    }

    private var golden = GoldenDraft()
    private var warnings: [String] = []
    private var isNewerMinor = false
    private var last: Keyword?
    private var lineNumber = 1
    private var counts = [Int](repeating: 0, count: Keyword.allCases.count)

    /// Parses a whole file.
    public static func parse(_ text: [UInt8]) throws(GoldenFileError) -> Outcome {
        var parser = Self()
        return try parser.run(text)
    }

    private mutating func run(_ text: [UInt8]) throws(GoldenFileError) -> Outcome {
        guard text.count <= Self.fileByteLimit else {
            throw GoldenFileError(
                .tooLarge(byteCount: UInt64(text.count), limit: Self.fileByteLimit))
        }
        try readVersion(text)
        let body = try checkSelfDigest(text)
        var rest = text[..<body]
        rest = rest[((rest.firstIndex(of: Self.newline) ?? rest.endIndex - 1) + 1)...]
        while !rest.isEmpty {
            lineNumber += 1
            let end = rest.firstIndex(of: Self.newline) ?? rest.endIndex
            try readLine(rest[..<end])
            rest = rest[min(end + 1, rest.endIndex)...]
        }
        for keyword in Keyword.allCases where keyword.isRequired && counts[keyword.rank] == 0 {
            throw GoldenFileError(.missing(keyword: keyword.rawValue))
        }
        guard let whole = golden.finished else {
            throw GoldenFileError(.missing(keyword: Keyword.root.rawValue))
        }
        return Outcome(golden: whole, isNewer: isNewerMinor, warnings: warnings)
    }

    private static let newline = UInt8(ascii: "\n")
    /// What every golden starts with.
    static let signature = Array("assay-golden ".utf8)

    private mutating func readVersion(_ text: [UInt8]) throws(GoldenFileError) {
        guard text.starts(with: Self.signature) else {
            throw GoldenFileError(line: 1, .notAGolden(lookAlike: LookAlikes.of(text)))
        }
        let shown = text.dropFirst(Self.signature.count).prefix(32).prefix { $0 != Self.newline }
        let version = String(decoding: shown, as: UTF8.self)
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
            .map { Int.init(decimal: $0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1] else {
            throw GoldenFileError(line: 1, .badVersion(EscapedName(Array(shown)).description))
        }
        guard major <= GoldenFile.majorVersion else {
            throw GoldenFileError(line: 1, .newerVersion(version))
        }
        guard major == GoldenFile.majorVersion else {
            throw GoldenFileError(line: 1, .badVersion(version))
        }
        if minor > GoldenFile.minorVersion {
            isNewerMinor = true
            warnings.append(
                "format \(version) is newer than "
                    + "\(GoldenFile.majorVersion).\(GoldenFile.minorVersion), which this program "
                    + "knows; lines it does not know are passed over")
        }
    }

    /// Compares the last line with the lines before it; returns where the last line starts.
    private func checkSelfDigest(_ text: [UInt8]) throws(GoldenFileError) -> Int {
        guard text.last == Self.newline,
            let before = text.dropLast().lastIndex(of: Self.newline)
        else { throw GoldenFileError(.cutShort) }
        let line = String(decoding: text[(before + 1)...].prefix(128), as: UTF8.self)
        let words = line.dropLast().split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[0] == Keyword.selfDigest.rawValue,
            let written = SHA256Digest(hex: words[1])
        else { throw GoldenFileError(.cutShort) }
        var hasher = SHA256Hasher()
        unsafe hasher.update(text.span.bytes.extracting(0..<before + 1))
        let computed = hasher.finish()
        guard computed == written else {
            throw GoldenFileError(.edited(written: written, computed: computed))
        }
        return before + 1
    }

    private mutating func readLine(_ line: ArraySlice<UInt8>) throws(GoldenFileError) {
        guard line.count <= Self.lineByteLimit else {
            throw GoldenFileError(line: lineNumber, .lineTooLong(limit: Self.lineByteLimit))
        }
        let word = String(decoding: line.prefix { $0 != 0x20 }.prefix(64), as: UTF8.self)
        guard let keyword = Keyword(rawValue: word), keyword != .selfDigest else {
            if isNewerMinor { return }
            let shown = EscapedName(Array(word.utf8)).description
            throw GoldenFileError(line: lineNumber, .unknownKeyword(shown))
        }
        try admit(keyword)
        let rest = line.dropFirst(word.utf8.count + 1)
        guard let value = String(validating: rest, as: UTF8.self), PrintableText.holds(rest) else {
            throw GoldenFileError(line: lineNumber, .notText)
        }
        if let expected = golden.take(keyword, value) {
            throw GoldenFileError(
                line: lineNumber, .badValue(keyword: keyword.rawValue, expected: expected))
        }
    }

    /// How many lines of a keyword are read; nil for as many as the file holds.
    private static func limit(of keyword: Keyword) -> Int? {
        switch keyword {
        case .span: nil
        case .entry: entryCountLimit
        case .group: groupCountLimit
        default: lineCountLimit
        }
    }

    /// Checks that a line of the keyword may stand here.
    private mutating func admit(_ keyword: Keyword) throws(GoldenFileError) {
        if let last, last.rank > keyword.rank {
            throw GoldenFileError(
                line: lineNumber, .outOfOrder(keyword: keyword.rawValue, after: last.rawValue))
        }
        last = keyword
        counts[keyword.rank] += 1
        if !keyword.repeats && counts[keyword.rank] > 1 {
            throw GoldenFileError(line: lineNumber, .repeated(keyword: keyword.rawValue))
        }
        if let limit = Self.limit(of: keyword), counts[keyword.rank] > limit {
            throw GoldenFileError(
                line: lineNumber, .tooManyLines(of: keyword.rawValue, limit: limit))
        }
    }
}

import HostSystem
public import SystemPackage

/// Reads a policy: a line for each rule, `#` starts a comment.
///
///     free-inodes 2048
///     free-space 32M
///     lint time hash-seed
///     waive lint:time 2027-01-31 the vendor's tool writes it
public enum PolicyFile {
    /// More bytes are no policy.
    public static let byteLimit: UInt64 = 1 << 20

    /// A line that cannot be read.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        public let line: Int
        public let message: String

        public var description: String { "line \(line): \(message)" }
    }

    /// The policy in a file.
    ///
    /// - Throws: ``Failure`` for a line that cannot be read, and ``StoreError``.
    public static func load(_ path: FilePath) throws -> Policy {
        try parse(GoldenStore.read(path, limit: byteLimit))
    }

    /// The policy in a text.
    public static func parse(_ text: [UInt8]) throws(Failure) -> Policy {
        var policy = Policy()
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let rule = self.rule(in: line)
            guard PrintableText.holds(rule.map { $0 == 0x09 || $0 == 0x0D ? 0x20 : $0 }) else {
                throw Failure(line: index + 1, message: "not printable text")
            }
            let words = String(decoding: rule, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard let keyword = words.first else { continue }
            if let message = take(keyword, Array(words.dropFirst()), into: &policy) {
                throw Failure(line: index + 1, message: message)
            }
        }
        return policy
    }

    /// The line without its comment. A reason may well name `#123`, so a waiver takes its whole line.
    private static func rule(in line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let keyword = line.drop(while: isSpace).prefix { !isSpace($0) }
        return keyword.elementsEqual("waive".utf8) ? line : line.prefix { $0 != UInt8(ascii: "#") }
    }

    /// Takes one rule; returns what is wrong with it.
    private static func take(
        _ keyword: Substring, _ words: [Substring], into policy: inout Policy
    ) -> String? {
        switch keyword {
        case "free-inodes":
            guard words.count == 1, let count = UInt64(decimal: words[0]) else {
                return "free-inodes takes a number"
            }
            policy.freeInodes = max(count, policy.freeInodes ?? 0)
        case "free-space":
            guard words.count == 1, let count = ByteCount(words[0]) else {
                return "free-space takes a size such as 32M"
            }
            policy.freeBytes = max(count.bytes, policy.freeBytes ?? 0)
        case "lint":
            guard !words.isEmpty else { return "lint takes kinds of findings, or all" }
            for word in words {
                guard let kind = word == "all" ? "all" : WaiverSubject.lintKind(word) else {
                    return "unknown kind of lint \"\(EscapedName(Array(word.utf8)))\"; there are "
                        + "all, " + WaiverSubject.lintKinds.joined(separator: ", ")
                }
                policy.lint.insert(kind)
            }
        case "waive":
            let reason = words.dropFirst(2).joined(separator: " ")
            guard words.count > 2, let until = CalendarDay(words[1]),
                let waiver = Waiver(subject: String(words[0]), until: until, reason: reason)
            else { return "waive takes a subject, a day as 2027-01-31, and a reason" }
            policy.waivers.append(waiver)
        default:
            return "unknown rule \"\(EscapedName(Array(keyword.utf8)))\""
        }
        return nil
    }
}

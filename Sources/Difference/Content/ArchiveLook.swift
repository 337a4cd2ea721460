internal import HostSystem

/// Static libraries (`ar`): times, owners and modes of their members.
enum ArchiveLook {
    /// More members than this are not looked at.
    private static let memberLimit = 1 << 14
    private static let headerSize: UInt64 = 60
    /// The header's fields that a deterministic `ar` keeps the same: name, offset, size.
    private static let fields = [
        ("dates", 16, 12), ("owners", 28, 6), ("groups", 34, 6), ("modes", 40, 8),
    ]

    static func matches(_ start: [UInt8]) -> Bool { start.elementsEqual("!<arch>\n".utf8) }

    static func finding(_ pair: ContentPair) -> CulpritFinding? {
        var ranges: [Range<UInt64>] = []
        var differing = Set<Int>()
        var example: String?
        var offset: UInt64 = 8
        for _ in 0..<memberLimit {
            guard let left = pair.a.exactly(Int(headerSize), at: offset),
                let right = pair.b.exactly(Int(headerSize), at: offset), isHeader(left),
                isHeader(right), let size = number(left[48..<58]), size == number(right[48..<58])
            else { break }
            if left != right {
                ranges.append(offset + 16..<offset + 48)
                for (index, field) in fields.enumerated() {
                    let place = field.1..<field.1 + field.2
                    guard left[place] != right[place] else { continue }
                    differing.insert(index)
                    example =
                        example
                        ?? "\(text(left[0..<16])) \(text(left[place])) against \(text(right[place]))"
                }
            }
            let (end, overflow) = (offset + headerSize).addingReportingOverflow(size + size % 2)
            guard !overflow, end > offset else { break }
            offset = end
        }
        guard let example else { return nil }
        let names = fields.enumerated().filter { differing.contains($0.offset) }.map(\.element.0)
        return CulpritFinding(
            culprit: .archiveMembers, ranges: ranges, kind: "ar",
            words: "the members' \(names.joined(separator: ", ")), first \(example)")
    }

    private static func isHeader(_ bytes: [UInt8]) -> Bool {
        bytes[58] == 0x60 && bytes[59] == 0x0A
    }

    /// A decimal number with spaces behind it.
    private static func number(_ field: ArraySlice<UInt8>) -> UInt64? {
        UInt64(String(decoding: field.prefix { $0 != 0x20 }, as: UTF8.self))
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        let end = field.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? field.startIndex
        return "\(EscapedName(field[..<end]))"
    }
}

internal import Ext4Layout

/// Text as it may stand in an HTML page, whoever wrote it.
enum PageText {
    /// Escapes what HTML gives a meaning, and shows what nobody sees: control characters and those
    /// that change the direction of text. Names were escaped before; this holds for all the rest.
    static func escape(_ text: some StringProtocol) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
                .privateUse:
                plain.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            default: plain.append(scalar)
            }
        }
        return XMLText.escape(String(plain))
    }

    /// Two values with what they share set back, so that the eye finds what they do not.
    static func pair(_ before: String?, _ after: String?) -> (before: String, after: String) {
        guard let before, let after else {
            return (before.map(strong) ?? nothing, after.map(strong) ?? nothing)
        }
        let left = Array(before.unicodeScalars)
        let right = Array(after.unicodeScalars)
        var start = zip(left, right).prefix(while: { $0 == $1 }).count
        let rest = min(left.count, right.count) - start
        var end = zip(left.reversed(), right.reversed()).prefix(rest).prefix(while: { $0 == $1 })
            .count
        // Short values are read whole, and numbers are not read from their middle.
        if start + end < 8 || isNumber(before) || isNumber(after) {
            start = 0
            end = 0
        }
        return (parts(left, start, end), parts(right, start, end))
    }

    /// Two cells of a table with values; short ones are kept in one line.
    static func cells(_ before: String?, _ after: String?) -> String {
        if before == nil, after == nil { return "<td></td><td></td>" }
        let values = pair(before, after)
        func cell(_ value: String?, _ html: String) -> String {
            let isShort = value.map { $0.unicodeScalars.count <= 40 } ?? true
            return "<td class=\"v\(isShort ? " s" : "")\">\(html)</td>"
        }
        return cell(before, values.before) + cell(after, values.after)
    }

    /// Two cells with seconds since 1970, each with its date, which is what people read.
    static func times(_ before: String?, _ after: String?) -> String {
        func cell(_ value: String?) -> String? {
            // No inode holds more than 34 bits of seconds.
            guard let value, let seconds = Int64(value), seconds.magnitude < 1 << 34 else {
                return nil
            }
            return "<td class=\"v s\"><b>\(value)</b> \(UTCTime(Timestamp(seconds: seconds)))</td>"
        }
        guard let left = cell(before), let right = cell(after) else { return cells(before, after) }
        return left + right
    }

    private static let nothing = "<i>nothing</i>"

    private static func isNumber(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { ("0"..."9").contains($0) || $0 == "," }
    }

    private static func strong(_ text: String) -> String { "<b>\(escape(text))</b>" }

    private static func parts(_ scalars: [Unicode.Scalar], _ start: Int, _ end: Int) -> String {
        func text(_ part: ArraySlice<Unicode.Scalar>) -> String {
            escape(String(String.UnicodeScalarView(part)))
        }
        let last = scalars.count - end
        return text(scalars[..<start]) + "<b>\(text(scalars[start..<last]))</b>"
            + text(scalars[last...])
    }

    /// `1 block`, `31 blocks`, `2 copies`.
    static func count(_ value: some BinaryInteger, _ unit: String) -> String {
        guard value != 1 else { return "1 \(unit)" }
        let plural =
            switch unit {
            case "directory": "directories"
            case "entry": "entries"
            case "copy": "copies"
            default: unit + "s"
            }
        return "\(Format.count(value)) \(plural)"
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}

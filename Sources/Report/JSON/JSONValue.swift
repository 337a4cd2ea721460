/// A JSON document, written with sorted keys and two spaces of indentation, so that equal values
/// are equal texts.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    /// Written with at most three digits after the point, as seconds are.
    case decimal(Double)
    case string(String)
    case array([JSONValue])
    /// An array of many values, each of which is made when it is written.
    case rows(count: Int, value: @Sendable (_ index: Int) -> JSONValue)
    case object([String: JSONValue])

    /// The text, with a final newline (RFC 8259).
    public var text: String {
        var text = ""
        forEachPiece { text += $0 }
        return text
    }

    /// Hands over the text, a piece at a time: it may be long.
    ///
    /// - Throws: what `body` throws.
    public func forEachPiece<Failure: Error>(
        _ body: (_ piece: String) throws(Failure) -> Void
    ) throws(Failure) {
        var piece = ""
        try write(to: &piece, indentation: 0, whenLong: body)
        try body(piece + "\n")
    }

    /// A piece is about that long.
    private static let pieceByteCount = 1 << 16

    private func write<Failure: Error>(
        to text: inout String, indentation: Int, whenLong body: (String) throws(Failure) -> Void
    ) throws(Failure) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .unsigned(let value): text += String(value)
        case .decimal(let value): text += Self.decimal(value)
        case .string(let value): Self.write(value, to: &text)
        case .array(let values):
            try Self.writeList(values, brackets: ("[", "]"), to: &text, indentation: indentation) {
                value, text throws(Failure) in
                try value.write(to: &text, indentation: indentation + 2, whenLong: body)
            }
        case .rows(let count, let value):
            try Self.writeList(0..<count, brackets: ("[", "]"), to: &text, indentation: indentation)
            {
                index, text throws(Failure) in
                try value(index).write(to: &text, indentation: indentation + 2, whenLong: body)
            }
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            try Self.writeList(sorted, brackets: ("{", "}"), to: &text, indentation: indentation) {
                member, text throws(Failure) in
                Self.write(member.key, to: &text)
                text += ": "
                try member.value.write(to: &text, indentation: indentation + 2, whenLong: body)
            }
        }
        guard text.utf8.count >= Self.pieceByteCount else { return }
        try body(text)
        text.removeAll(keepingCapacity: true)
    }

    private static func writeList<Elements: Collection, Failure: Error>(
        _ elements: Elements, brackets: (String, String), to text: inout String, indentation: Int,
        _ writeElement: (Elements.Element, inout String) throws(Failure) -> Void
    ) throws(Failure) {
        text += brackets.0
        for (index, element) in elements.enumerated() {
            text += (index == 0 ? "\n" : ",\n") + String(repeating: " ", count: indentation + 2)
            try writeElement(element, &text)
        }
        if !elements.isEmpty { text += "\n" + String(repeating: " ", count: indentation) }
        text += brackets.1
    }

    private static func decimal(_ value: Double) -> String {
        // JSON knows no infinity and no NaN; a measurement that overflows is nobody's interest.
        guard value.isFinite, value.magnitude < 1e15 else { return "null" }
        let thousandths = Int64((value * 1000).rounded())
        let digits = String(thousandths.magnitude % 1000)
        let padded = String(repeating: "0", count: 3 - digits.utf8.count) + digits
        return (thousandths < 0 ? "-" : "") + "\(thousandths.magnitude / 1000).\(padded)"
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Of two members of one name, the later counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}

extension JSONValue {
    /// A number that is never negative.
    public static func number(_ value: some BinaryInteger) -> JSONValue {
        UInt64(exactly: value).map { .unsigned($0) } ?? .integer(Int64(clamping: value))
    }

    /// An array with a value for each of many elements, which is made when it is written.
    public static func rows<Element: Sendable>(
        _ elements: [Element], _ value: @escaping @Sendable (Element) -> JSONValue
    ) -> JSONValue {
        .rows(count: elements.count) { value(elements[$0]) }
    }

    /// The string, or null.
    public static func optional(_ value: String?) -> JSONValue {
        value.map { .string($0) } ?? .null
    }
}

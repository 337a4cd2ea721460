/// Names as vis(3) writes them, which is how mtree(5) keeps spaces, newlines and bytes that are not
/// ASCII out of its words.
enum VisEncoding {
    /// What `text` stands for, or nil where a backslash begins nothing that unvis(3) knows.
    ///
    /// Known are the C escapes (`\n`, `\s` for a space), one to three octal digits, `\xHH`, the older
    /// `\M-x`, `\M^x` and `\^x`, `\$` for nothing, and a backslash before any other visible character
    /// for that character itself (`\#`, `\\`).
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var decoder = Decoder(text: Array(text))
        return decoder.decode()
    }
}

private struct Decoder {
    let text: [UInt8]
    private var position = 0
    private var decoded: [UInt8] = []

    init(text: [UInt8]) { self.text = text }

    mutating func decode() -> [UInt8]? {
        guard text.contains(UInt8(ascii: "\\")) else { return text }
        while let byte = take() {
            guard byte == UInt8(ascii: "\\") else {
                decoded.append(byte)
                continue
            }
            guard decodeEscape() else { return nil }
        }
        return decoded
    }

    private mutating func take() -> UInt8? {
        guard position < text.count else { return nil }
        position += 1
        return text[position - 1]
    }

    /// Decodes what follows a backslash.
    private mutating func decodeEscape() -> Bool {
        guard let byte = take() else { return false }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "7"): return decodeOctal(first: byte)
        case UInt8(ascii: "x"): return decodeHexadecimal()
        case UInt8(ascii: "M"): return decodeMeta()
        case UInt8(ascii: "^"): return decodeControl(highBit: 0)
        case UInt8(ascii: "$"): return true
        default:
            guard let value = Self.cEscapes[byte] ?? (0x21...0x7E ~= byte ? byte : nil) else {
                return false
            }
            decoded.append(value)
            return true
        }
    }

    private static let cEscapes: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "t"): 0x09,
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "f"): 0x0C,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "E"): 0x1B, UInt8(ascii: "s"): 0x20,
    ]

    private mutating func decodeOctal(first: UInt8) -> Bool {
        var value = UInt16(first - UInt8(ascii: "0"))
        for _ in 0..<2 {
            guard position < text.count,
                UInt8(ascii: "0")...UInt8(ascii: "7") ~= text[position]
            else { break }
            value = value << 3 | UInt16(text[position] - UInt8(ascii: "0"))
            position += 1
        }
        guard let byte = UInt8(exactly: value) else { return false }
        decoded.append(byte)
        return true
    }

    private mutating func decodeHexadecimal() -> Bool {
        guard let high = take().flatMap(Hexadecimal.value),
            let low = take().flatMap(Hexadecimal.value)
        else { return false }
        decoded.append(high << 4 | low)
        return true
    }

    private mutating func decodeMeta() -> Bool {
        switch take() {
        case UInt8(ascii: "-"):
            guard let byte = take() else { return false }
            decoded.append(byte | 0x80)
            return true
        case UInt8(ascii: "^"): return decodeControl(highBit: 0x80)
        default: return false
        }
    }

    private mutating func decodeControl(highBit: UInt8) -> Bool {
        guard let byte = take() else { return false }
        decoded.append((byte == UInt8(ascii: "?") ? 0x7F : byte & 0x1F) | highBit)
        return true
    }
}

extension EscapedName {
    /// The bytes that an escaped name stands for. A backslash that begins none of the escapes
    /// stands for itself, so that plain names need no care.
    public static func bytes(of escaped: String) -> [UInt8] {
        let text = Array(escaped.utf8)
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                bytes.append(text[index])
                index += 1
                continue
            }
            switch text[index + 1] {
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "x"):
                if let byte = hexByte(text[(index + 2)...].prefix(2)) {
                    bytes.append(byte)
                    index += 4
                    continue
                }
                fallthrough
            default:
                bytes.append(text[index])
                index += 1
                continue
            }
            index += 2
        }
        return bytes
    }

    private static func hexByte(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
        else { return nil }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}

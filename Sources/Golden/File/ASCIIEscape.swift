/// Bytes as the words of a golden: printable ASCII but space and backslash stands for itself, every
/// other byte is `\xNN`. No table of Unicode decides, so the text is the same for ever.
enum ASCIIEscape {
    /// How many bytes one becomes at most.
    static let longest = 4

    /// Adds the escaped bytes to a text.
    static func append(_ bytes: some Collection<UInt8>, to text: inout [UInt8]) {
        // As most are.
        guard !bytes.allSatisfy(isPlain) else { return text.append(contentsOf: bytes) }
        for byte in bytes {
            if isPlain(byte) {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "\\"))
                text.append(UInt8(ascii: "x"))
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
    }

    /// The escaped bytes as text.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that were escaped; nil where the text is not of this form.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.popFirst() {
            if isPlain(first) {
                bytes.append(first)
                continue
            }
            guard first == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "x"),
                let high = rest.popFirst().flatMap(digits.firstIndex(of:)),
                let low = rest.popFirst().flatMap(digits.firstIndex(of:))
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }

    /// Bytes in hexadecimal digits.
    static func hex(_ bytes: some Collection<UInt8>) -> String {
        String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21..<0x7F).contains(byte) && byte != UInt8(ascii: "\\")
    }
}

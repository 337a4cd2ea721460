public import SystemPackage

/// A file name, which is bytes, in a form that is safe to print and can be read back.
///
/// Printable UTF-8 stays as it is. Control characters, invisible and direction-changing characters,
/// bytes that are not UTF-8 and the backslash itself become `\n`, `\t`, `\\` or `\xNN` (one for each
/// byte), so that a hostile name can neither drive a terminal nor pass for another one, and so that
/// JSON, which has no bytes, can carry it.
public struct EscapedName: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ bytes: some Collection<UInt8>) {
        if bytes.allSatisfy(Self.isPlain) {
            description = String(decoding: bytes, as: UTF8.self)
        } else {
            description = Self.escape(Array(bytes))
        }
    }

    public init(_ path: FilePath) {
        self.init(path.bytes)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\\")
    }

    private static func escape(_ bytes: [UInt8]) -> String {
        var text = ""
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"): text += "\\\\"
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\t"): text += "\\t"
            case let byte where isPlain(byte): text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let length = scalarLength(bytes, at: index)
                let encoded = bytes[index..<index + length]
                if let scalar = printableScalar(encoded) {
                    text.unicodeScalars.append(scalar)
                } else {
                    for byte in encoded { text += hexEscape(byte) }
                }
                index += length
                continue
            }
            index += 1
        }
        return text
    }

    /// How many bytes the UTF-8 sequence that starts here claims to have, as far as there are any.
    private static func scalarLength(_ bytes: [UInt8], at index: Int) -> Int {
        let claimed =
            switch bytes[index] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let available = bytes[(index + 1)...].prefix(claimed - 1).prefix { $0 & 0xC0 == 0x80 }
        return available.count == claimed - 1 ? claimed : 1
    }

    private static func printableScalar(_ encoded: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let text = String(validating: encoded, as: UTF8.self),
            let scalar = text.unicodeScalars.first
        else { return nil }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
            .privateUse:
            return nil
        default:
            return scalar
        }
    }

    private static func hexEscape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}

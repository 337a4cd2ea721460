internal import Ext4Layout
internal import HostSystem

extension FieldValue {
    /// For people: numbers in decimal, text escaped, bytes in hexadecimal.
    var shown: String {
        switch self {
        case .number(let value): String(value)
        case .text(let bytes): "\(EscapedName(bytes))"
        case .bytes(let bytes): bytes.allSatisfy { $0 == 0 } ? "0" : hexadecimal(bytes)
        }
    }

    /// For programs: numbers as numbers, all else as text.
    var json: JSONValue {
        switch self {
        case .number(let value): .unsigned(value)
        case .text(let bytes): .string("\(EscapedName(bytes))")
        case .bytes(let bytes): .string(hexadecimal(bytes))
        }
    }
}

/// Two digits for each byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}

/// A UUID in its usual form.
public func uuidText(_ value: UInt128) -> String {
    let digits = Array(
        hexadecimal((0..<16).map { UInt8(truncatingIfNeeded: value >> (120 - $0 * 8)) }))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        .joined(separator: "-")
}

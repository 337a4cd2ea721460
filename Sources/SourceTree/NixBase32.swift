/// Nix's own base 32: its alphabet leaves out e, o, t and u, and the digits run from the last bits
/// of the input to the first (`printHash32` and `Hash::Hash` in Nix's hash.cc).
enum NixBase32 {
    private static let alphabet = Array("0123456789abcdfghijklmnpqrsvwxyz".utf8)
    /// The value of each byte as a digit; 255 for those that are none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: .max, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// How many digits `byteCount` bytes take.
    static func length(of byteCount: Int) -> Int { (byteCount * 8 + 4) / 5 }

    static func isDigit(_ byte: UInt8) -> Bool { values[Int(byte)] != .max }

    static func encode(_ bytes: [UInt8]) -> String {
        let digits = (0..<length(of: bytes.count)).reversed().map { position in
            let (index, shift) = (position * 5 / 8, position * 5 % 8)
            let low = UInt16(bytes[index])
            let high = index + 1 < bytes.count ? UInt16(bytes[index + 1]) : 0
            return alphabet[Int((high << 8 | low) >> UInt16(shift)) & 31]
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The bytes behind `digits`; nil for other characters and for bits beyond the last byte.
    static func decode(_ digits: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: digits.count * 5 / 8)
        for (position, digit) in digits.reversed().enumerated() {
            let value = values[Int(digit)]
            guard value != .max else { return nil }
            let (index, shift) = (position * 5 / 8, position * 5 % 8)
            let bits = UInt16(value) << UInt16(shift)
            let (low, high) = (UInt8(bits & 0xFF), UInt8(bits >> 8))
            if index < bytes.count { bytes[index] |= low } else if low != 0 { return nil }
            if index + 1 < bytes.count { bytes[index + 1] |= high } else if high != 0 { return nil }
        }
        return bytes
    }
}

extension [UInt8] {
    // Of strings for the words and numbers of millions of lines, most of the time would go into their
    // memory.

    /// Adds a word.
    mutating func append(word: StaticString) {
        word.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    /// Adds a number in decimal digits.
    mutating func append(number: some FixedWidthInteger) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var digits = ShortText()
        var rest = UInt64(number.magnitude)
        repeat {
            digits.prepend(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        digits.append(to: &self)
    }

    /// Adds a file's mode in octal digits, behind a 0.
    mutating func append(mode: UInt16) {
        var digits = ShortText()
        var rest = mode
        repeat {
            digits.prepend(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest & 7))
            rest >>= 3
        } while rest > 0
        digits.prepend(UInt8(ascii: "0"))
        digits.append(to: &self)
    }
}

/// Up to 24 bytes, which grow at the front: the digits of a number.
private struct ShortText {
    private var bytes = SIMD32<UInt8>()
    private var start = 32

    mutating func prepend(_ byte: UInt8) {
        start -= 1
        bytes[start] = byte
    }

    func append(to text: inout [UInt8]) {
        unsafe withUnsafeBytes(of: bytes) { unsafe text.append(contentsOf: $0[start...]) }
    }
}

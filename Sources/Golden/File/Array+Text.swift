extension [UInt8] {
    /// Adds a number in decimal digits. Of strings for the numbers of millions of lines, most of the time
    /// would go into their memory.
    mutating func append(number: some FixedWidthInteger) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digitsOf: UInt64(number.magnitude), base: 10)
    }

    /// Adds a file's mode in octal digits, behind a 0.
    mutating func append(mode: UInt16) {
        append(UInt8(ascii: "0"))
        append(digitsOf: UInt64(mode), base: 8)
    }

    private mutating func append(digitsOf value: UInt64, base: UInt64) {
        var place: UInt64 = 1
        while value / place >= base { place *= base }
        while place > 0 {
            append(UInt8(ascii: "0") + UInt8(value / place % base))
            place /= base
        }
    }
}

/// Unsigned numbers in text that may be hostile.
enum Digits {
    /// The number that `text` is, digits only; nil for an empty text, other characters and overflow.
    static func parse(_ text: some Collection<UInt8>) -> UInt64? {
        parse(text, radix: 10)
    }

    /// The same in base 8, 10 or 16.
    static func parse(_ text: some Collection<UInt8>, radix: UInt64) -> UInt64? {
        guard !text.isEmpty else { return nil }
        var number: UInt64 = 0
        for byte in text {
            guard let digit = Hexadecimal.value(of: byte), digit < radix else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }
}

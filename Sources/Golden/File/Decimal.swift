extension FixedWidthInteger {
    /// A number in the one way this project writes it: digits without sign or leading zeros.
    init?(decimal text: some StringProtocol) {
        self.init(decimal: Array(text.utf8))
    }

    /// The same from bytes.
    init?(decimal digits: some Collection<UInt8>) {
        guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else {
            return nil
        }
        var value: Self = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let tens = value.multipliedReportingOverflow(by: 10)
            let sum = tens.partialValue.addingReportingOverflow(Self(digit - UInt8(ascii: "0")))
            guard !tens.overflow, !sum.overflow else { return nil }
            value = sum.partialValue
        }
        self = value
    }
}

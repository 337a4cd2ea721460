import ArgumentParser

/// A number of bytes as people write it: `33554432`, `32M`, `32MiB`, `1.5G`. Units are powers of 1,024.
struct ByteSize: ExpressibleByArgument {
    let bytes: UInt64

    private static let units: [(suffixes: [String], shift: UInt64)] = [
        (["", "b"], 0), (["k", "kb", "kib"], 10), (["m", "mb", "mib"], 20),
        (["g", "gb", "gib"], 30), (["t", "tb", "tib"], 40),
    ]

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffix = argument[digits.endIndex...].lowercased()
        guard let unit = Self.units.first(where: { $0.suffixes.contains(suffix) }) else {
            return nil
        }
        if let whole = UInt64(digits) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: 1 << unit.shift)
            guard !overflow else { return nil }
            bytes = product
        } else {
            guard let number = Double(digits), unit.shift > 0 else { return nil }
            guard let exact = UInt64(exactly: (number * Double(1 << unit.shift)).rounded()) else {
                return nil
            }
            bytes = exact
        }
    }

    static let help = "bytes, or a number with K, M, G or T (powers of 1,024)"
}

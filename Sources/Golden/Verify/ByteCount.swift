/// A number of bytes as people write it: `4096`, `32M`, `2GiB`. Units are powers of 1,024.
public struct ByteCount: Hashable, Sendable {
    public let bytes: UInt64

    /// Nil for what is no number, or has no known unit, or does not fit in 64 bits.
    public init?(_ text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = UInt64(decimal: digits) else { return nil }
        let shift: UInt64
        switch text.dropFirst(digits.count).lowercased() {
        case "": shift = 0
        case "k", "kib": shift = 10
        case "m", "mib": shift = 20
        case "g", "gib": shift = 30
        case "t", "tib": shift = 40
        default: return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        guard !overflow else { return nil }
        self.bytes = bytes
    }
}

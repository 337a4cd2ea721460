/// How numbers are written for people.
enum Format {
    /// `1234567` as `1,234,567`.
    static func count(_ value: some BinaryInteger) -> String {
        var text = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3), digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// Bytes in the largest unit that keeps a whole part, with one digit behind the point: `33.0 MiB`.
    static func bytes(_ value: UInt64) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var shift: UInt64 = 0
        while shift < 40, value >> (shift + 10) > 0 { shift += 10 }
        guard shift > 0 else { return "\(value) bytes" }
        let tenths = (value >> (shift - 10)) * 10 / 1_024
        return "\(count(tenths / 10)).\(tenths % 10) \(units[Int(shift / 10)])"
    }

    /// Seconds with two digits behind the point.
    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let hundredths = String(attoseconds / 10_000_000_000_000_000)
        return "\(seconds)." + (hundredths.utf8.count < 2 ? "0" : "") + hundredths
    }

    /// A duration as a number for JSON.
    static func json(_ duration: Duration) -> JSONValue {
        let (seconds, attoseconds) = duration.components
        return .decimal(Double(seconds) + Double(attoseconds) / 1e18)
    }
}

internal import HostSystem

/// A name from an image as a file of this machine may be called.
///
/// Printable names stay as they are; other bytes are escaped as they are in reports (`\xNN`), and so
/// are the names that lead elsewhere. What is too long for this machine is cut, with a hash of all of
/// it at the end.
enum SafeName {
    /// `NAME_MAX`.
    private static let limit = 255

    static func of(_ name: some Collection<UInt8>) -> String {
        if name.allSatisfy({ $0 == 0x2E }), name.count < 3 {
            return name.isEmpty ? "\\" : String(repeating: "\\x2e", count: name.count)
        }
        let escaped = "\(EscapedName(name))".split(separator: "/", omittingEmptySubsequences: false)
            .joined(separator: "\\x2f")
        guard escaped.utf8.count > limit else { return escaped }
        var start = ""
        for scalar in escaped.unicodeScalars {
            guard start.utf8.count + UTF8.width(scalar) <= limit - 17 else { break }
            start.unicodeScalars.append(scalar)
        }
        let digits = String(hash(name), radix: 16)
        return start + "~" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// FNV-1a. Two names that meet are no danger: no file is ever written twice.
    private static func hash(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

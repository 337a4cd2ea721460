/// A name as directories that fold case hash and compare it: `utf8_casefold` of fs/unicode and of
/// libext2fs, Unicode 12.1, form NFDi + CF. Two names of such a directory are one where this is
/// equal.
///
/// Characters are decomposed, folded (`CaseFolding.txt`, C and F) and put into canonical order;
/// those that are ignored by default are left out. What Unicode 12.1 did not know stays as it is.
public struct FoldedName: Hashable, Sendable {
    /// `PATH_MAX`: the room that the kernel folds a name in, its closing zero included.
    private static let room = 4096

    /// What is hashed.
    public let bytes: [UInt8]
    /// The name cannot be folded, and is hashed and compared as it is.
    public let isOpaque: Bool

    /// Folds a name of any bytes.
    ///
    /// - Parameter name: the name's bytes, as a directory has them.
    public init(_ name: [UInt8]) {
        let folded = Self.ascii(name) ?? Self.folded(name)
        bytes = folded ?? name
        isOpaque = folded == nil
    }

    /// Whether a strict encoding (`EXT4_ENC_STRICT_MODE_FL`) allows a name: it must be UTF-8.
    /// Characters that are not assigned are allowed (`ext2fs_check_encoded_name`).
    public static func isAllowed(_ name: [UInt8]) -> Bool {
        String(validating: name, as: UTF8.self) != nil
    }

    /// The folded name, where it is of ASCII alone.
    private static func ascii(_ name: [UInt8]) -> [UInt8]? {
        guard name.allSatisfy({ $0 < 0x80 && $0 != 0 }) else { return nil }
        return name.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
    }

    private static func folded(_ name: [UInt8]) -> [UInt8]? {
        var form = FoldedForm()
        var offset = 0
        // A zero ends a name here, though no directory may hold one.
        while offset < name.count, name[offset] != 0 {
            let byte = name[offset]
            if byte & 0xC0 == 0x80 {
                // Only the first byte is refused; a later one passes for the end of a character.
                guard offset > 0 else { return nil }
                form.append(stray: byte)
                offset += 1
            } else {
                guard let (scalar, count) = character(in: name, at: offset) else { return nil }
                form.append(scalar)
                offset += count
            }
        }
        let bytes = form.finish()
        return bytes.count < room ? bytes : nil
    }

    /// The character that starts at a byte, and how many bytes it takes; nil where it is not
    /// written as UTF-8 must be.
    private static func character(
        in name: [UInt8], at offset: Int
    ) -> (scalar: Unicode.Scalar, count: Int)? {
        let lead = name[offset]
        let (count, least): (Int, UInt32) =
            switch lead {
            case 0..<0x80: (1, 0)
            case 0xC0..<0xE0: (2, 0x80)
            case 0xE0..<0xF0: (3, 0x800)
            case 0xF0..<0xF8: (4, 0x10000)
            default: (0, 0)
            }
        guard count > 0, offset + count <= name.count else { return nil }
        var value = count == 1 ? UInt32(lead) : UInt32(lead) & (0x7F >> UInt32(count))
        for byte in name[offset + 1..<offset + count] {
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard value >= least, let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, count)
    }
}

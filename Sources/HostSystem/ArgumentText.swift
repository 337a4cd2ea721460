public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Arguments of a command line, which are bytes, as strings that lose none of them.
///
/// A `String` holds no byte that is not UTF-8: such a byte becomes U+10FF00 plus its value here, in
/// the last plane for private use, and so does each byte of a character that stands there itself.
/// Python's surrogateescape does the same with characters that Swift does not have.
public enum ArgumentText {
    private static let base: UInt32 = 0x10FF00

    /// The arguments of this process, the command's name among them.
    public static var ofProcess: [String] {
        (0..<Int(CommandLine.argc)).map { index in
            guard let argument = unsafe CommandLine.unsafeArgv[index] else { return "" }
            let bytes = unsafe UnsafeRawBufferPointer(start: argument, count: strlen(argument))
            return text(unsafe Array(bytes))
        }
    }

    /// The text of any bytes.
    public static func text(_ bytes: [UInt8]) -> String {
        if let plain = String(validating: bytes, as: UTF8.self), !hasEscapes(plain) { return plain }
        var text = String.UnicodeScalarView()
        var rest = bytes[...]
        while !rest.isEmpty {
            // A character has four bytes at most, and no character begins another one.
            let length = (1...min(4, rest.count)).first { length in
                String(validating: rest.prefix(length), as: UTF8.self).map { !hasEscapes($0) }
                    ?? false
            }
            guard let length else {
                text.append(escape(rest.removeFirst()))
                continue
            }
            let character = String(decoding: rest.prefix(length), as: UTF8.self)
            text.append(contentsOf: character.unicodeScalars)
            rest.removeFirst(length)
        }
        return String(text)
    }

    /// The bytes of a text that ``text(_:)`` made.
    public static func bytes(_ text: some StringProtocol) -> [UInt8] {
        guard hasEscapes(text) else { return Array(text.utf8) }
        return text.unicodeScalars.flatMap { scalar in
            isEscape(scalar)
                ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
        }
    }

    private static func escape(_ byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(base + UInt32(byte)) ?? "\u{FFFD}"
    }

    private static func isEscape(_ scalar: Unicode.Scalar) -> Bool {
        base...base + 0xFF ~= scalar.value
    }

    private static func hasEscapes(_ text: some StringProtocol) -> Bool {
        text.unicodeScalars.contains(where: isEscape)
    }
}

extension FilePath {
    /// The path that an argument names.
    public init(argument: some StringProtocol) { self.init(bytes: ArgumentText.bytes(argument)) }
}

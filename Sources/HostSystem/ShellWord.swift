public import SystemPackage

/// A path as it can be pasted into a shell: quoted where it must be, and escaped for the terminal.
public struct ShellWord: CustomStringConvertible, Sendable {
    public let description: String

    public init(_ path: FilePath) {
        let bytes = path.bytes
        if !bytes.isEmpty, bytes.allSatisfy(Self.isPlain), bytes.first != UInt8(ascii: "-") {
            description = String(decoding: bytes, as: UTF8.self)
        } else if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            // A dash at the start would be an option.
            let prefix = bytes.first == UInt8(ascii: "-") ? "./" : ""
            let text = String(decoding: bytes, as: UTF8.self)
            let quoted = text.split(separator: "'", omittingEmptySubsequences: false)
            description = "'\(prefix)" + quoted.joined(separator: #"'\''"#) + "'"
        } else {
            // $'...' takes a byte by its number, in every shell that POSIX.1-2024 describes.
            let escaped = bytes.map { byte -> String in
                let isShown = (0x20..<0x7F).contains(byte)
                if isShown, byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\\") {
                    return String(UnicodeScalar(byte))
                }
                let digits = String(byte, radix: 8)
                return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
            let prefix = bytes.first == UInt8(ascii: "-") ? "./" : ""
            description = "$'\(prefix)" + escaped.joined() + "'"
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "+,-./:=@_%".utf8.contains(byte)
        }
    }
}

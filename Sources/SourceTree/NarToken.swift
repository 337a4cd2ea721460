/// The runs of fixed strings in a Nix archive, encoded once.
enum NarToken {
    static let archive = encode("nix-archive-1")
    static let file = encode("(", "type", "regular", "contents")
    static let executableFile = encode("(", "type", "regular", "executable", "", "contents")
    static let link = encode("(", "type", "symlink", "target")
    static let folder = encode("(", "type", "directory")
    static let entry = encode("entry", "(", "name")
    static let node = encode("node")
    static let endOfNode = encode(")")
    static let endOfNodeAndEntry = encode(")", ")")

    private static func encode(_ strings: String...) -> [UInt8] {
        var bytes: [UInt8] = []
        for string in strings {
            let count = string.utf8.count
            // All are shorter than 256 bytes, so the length is one byte and seven zeros.
            bytes += [UInt8(count), 0, 0, 0, 0, 0, 0, 0]
            bytes += string.utf8
            bytes += repeatElement(0, count: (8 - count % 8) % 8)
        }
        return bytes
    }
}

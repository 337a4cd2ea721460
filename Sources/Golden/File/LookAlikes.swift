/// Tells by its first bytes what a file is that was given in place of another.
enum LookAlikes {
    /// So many bytes are enough to tell.
    static let byteCount = 2048

    static func of(_ bytes: [UInt8]) -> GoldenFileError.LookAlike {
        if bytes.isEmpty { return .empty }
        if bytes.starts(with: GoldenParser.signature) { return .golden }
        if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
        if bytes.starts(with: BlocksFile.magic) { return .blocks }
        if bytes.count > 1081, bytes[1080] == 0x53, bytes[1081] == 0xEF { return .ext4 }
        if bytes.count > 511, bytes[510] == 0x55, bytes[511] == 0xAA { return .disk }
        if let first = bytes.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        {
            return .json
        }
        return .other
    }
}

public import Ext4Layout
import ImageBytes

/// The superblock's fields as the lines of a golden, in the order of the bytes.
public enum SuperblockFacts {
    /// Every field of the table that ``Superblock/layout`` is, by the kernel's name.
    public static func facts(of superblock: Superblock) -> [GoldenFile.Fact] {
        Superblock.layout.map { field in
            GoldenFile.Fact(
                field.description, value(superblock.slice.copy(field.range), of: field.description))
        }
    }

    /// A field's value: integers in decimal, or in hexadecimal where they are bits; UUIDs as such;
    /// names in quotes; other bytes as hexadecimal digits, `0` where all are zero.
    public static func value(_ bytes: [UInt8], of name: String) -> String {
        if uuids.contains(name) { return uuid(bytes) }
        if texts.contains(name) { return quoted(bytes) }
        guard [1, 2, 4, 8].contains(bytes.count), !arrays.contains(name) else {
            return bytes.allSatisfy { $0 == 0 } ? "0" : ASCIIEscape.hex(bytes)
        }
        let number = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return bits.contains(name) ? "0x" + String(number, radix: 16) : String(number)
    }

    static let uuids = ["s_uuid", "s_hash_seed", "s_journal_uuid"]
    static let texts = [
        "s_volume_name", "s_last_mounted", "s_mount_opts", "s_first_error_func",
        "s_last_error_func",
    ]
    static let arrays = ["s_backup_bgs", "s_encrypt_algos"]
    private static let bits = [
        "s_magic", "s_feature_compat", "s_feature_incompat", "s_feature_ro_compat", "s_flags",
        "s_default_mount_opts", "s_checksum_seed", "s_checksum", "s_encoding_flags",
    ]

    /// 16 bytes as 8-4-4-4-12 digits.
    private static func uuid(_ bytes: [UInt8]) -> String {
        let hex = Array(ASCIIEscape.hex(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }
            .joined(separator: "-")
    }

    /// The bytes up to the last that is not zero, in quotes.
    private static func quoted(_ bytes: [UInt8]) -> String {
        let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
        return "\"" + ASCIIEscape.text(bytes[..<end]) + "\""
    }
}

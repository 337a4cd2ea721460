import CExt2FS
import Ext4Layout
import ImageBytes

/// The hash of a name in a directory that folds case, by libext2fs or by us.
struct PeerHash: Equatable {
    let major: UInt32
    let minor: UInt32

    private static let seed: [UInt32] = [0x0123_4567, 0x89AB_CDEF, 7, 0xFEDC_BA98]
    private static let folding: Int32 = 0x4000_0000

    /// libext2fs' own tables of Unicode 12.1.
    private static var table: OpaquePointer? { ext2fs_load_nls_table(1) }

    /// What libext2fs says; nil where it refuses the name.
    init?(folding name: [UInt8], version: UInt8 = 1) {
        var major: ext2_dirhash_t = 0
        var minor: ext2_dirhash_t = 0
        let text = name.map { CChar(bitPattern: $0) }
        let result = ext2fs_dirhash2(
            Int32(version), text, Int32(text.count), Self.table, Self.folding, Self.seed, &major,
            &minor)
        guard result == 0 else { return nil }
        self.major = major
        self.minor = minor
    }

    /// What we say.
    init?(ours name: [UInt8], version: UInt8 = 1) {
        let seed = DirectoryHash.Seed(Self.seed[0], Self.seed[1], Self.seed[2], Self.seed[3])
        guard let version = DirectoryHash.Version(rawValue: version),
            let hash = DirectoryHash(
                of: FoldedName(name).bytes.rawSpan, version: version, seed: seed)
        else { return nil }
        major = hash.major
        minor = hash.minor
    }

    /// Whether libext2fs allows a name in a strict encoding.
    static func isAllowed(_ name: [UInt8]) -> Bool {
        var text = name.map { CChar(bitPattern: $0) }
        var place: UnsafeMutablePointer<CChar>?
        return ext2fs_check_encoded_name(table, &text, text.count, &place) == 0
    }
}

internal import Crypto

/// Everything that mke2fs takes from the clock, from chance or from the host.
///
/// It enters here and nowhere else: no other value of this module knows a time or an identifier.
public struct ImageIdentity: Sendable, Equatable {
    /// `s_uuid`, 16 bytes.
    public let uuid: [UInt8]
    /// `s_hash_seed`, 16 bytes, never all zero: libext2fs takes zero for "not set".
    public let hashSeed: [UInt8]
    /// `s_volume_name`, at most 16 bytes, zeros after its end.
    public let label: [UInt8]
    /// Seconds since 1970: the time of the superblock and of everything that has no other.
    public let epoch: Int64

    /// The UUID of images that were given none: what nixpkgs' script has used since 2017.
    public static let defaultUUID: [UInt8] =
        [0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44] + [UInt8](repeating: 0x88, count: 8)

    /// The last second, counted from 1970, that everybody reads as it was written (4 April 2310). An inode
    /// can hold later ones, which e2fsck takes for times before 1970 (`PR_1_EA_TIME_OUT_OF_RANGE`).
    public static let latestEpoch: Int64 = 0x2_7FFF_FFFF

    /// - Parameters:
    ///   - uuid: 16 bytes.
    ///   - hashSeed: 16 bytes; nil derives them from the UUID, see ``derivedHashSeed(of:)``.
    ///   - label: at most 16 bytes.
    ///   - epoch: seconds since 1970.
    /// - Precondition: the sizes and limits above; the command checks what users give it.
    public init(
        uuid: [UInt8] = defaultUUID, hashSeed: [UInt8]? = nil, label: [UInt8] = [], epoch: Int64 = 1
    ) {
        let seed = hashSeed ?? Self.derivedHashSeed(of: uuid)
        precondition(uuid.count == 16 && seed.count == 16 && label.count <= 16)
        precondition(seed.contains { $0 != 0 } && (0...Self.latestEpoch).contains(epoch))
        self.uuid = uuid
        self.hashSeed = seed
        self.label = label + [UInt8](repeating: 0, count: 16 - label.count)
        self.epoch = epoch
    }

    /// The name-based UUID (version 5, RFC 9562) of "assay hash seed" in the name space `uuid`.
    public static func derivedHashSeed(of uuid: [UInt8]) -> [UInt8] {
        var hash = Insecure.SHA1()
        hash.update(data: uuid)
        hash.update(data: Array("assay hash seed".utf8))
        var seed = Array(hash.finalize().prefix(16))
        seed[6] = seed[6] & 0x0F | 0x50
        seed[8] = seed[8] & 0x3F | 0x80
        return seed
    }
}

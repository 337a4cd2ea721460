import Crypto
import Ext4Layout

/// The hash seed that follows from a file system's UUID.
enum DerivedSeed {
    private static let name = "assay hash seed"

    /// The name-based UUID (version 5, RFC 9562) of ``name`` in the name space of the UUID.
    static func of(_ uuid: [UInt8]) -> [UInt8] {
        var hash = Insecure.SHA1()
        hash.update(data: uuid)
        hash.update(data: Array(name.utf8))
        var seed = Array(hash.finalize().prefix(16))
        seed[6] = seed[6] & 0x0F | 0x50
        seed[8] = seed[8] & 0x3F | 0x80
        return seed
    }

    /// Whether a superblock has it.
    static func isDerived(_ superblock: Superblock) -> Bool {
        superblock[Superblock.Fields.hashSeed] == of(superblock[Superblock.Fields.uuid])
    }
}

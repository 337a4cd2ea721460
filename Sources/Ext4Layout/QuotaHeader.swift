public import ImageBytes

/// The start of a quota file in its second format.
public struct QuotaHeader: Equatable, Sendable {
    public static let byteCount = 32
    /// The magic numbers of user, group and project quota files (`INITQMAGICS`).
    public static let magics: [UInt32] = [0xD9C0_1F11, 0xD9C0_1927, 0xD9C0_3F14]

    public let magic: UInt32
    /// 0 or 1 (`vfsv0`, `vfsv1`).
    public let version: UInt32
    /// 1,024-byte blocks in the file's tree.
    public let blockCount: UInt32

    /// - Parameter slice: at least 32 bytes.
    public init(decoding slice: ImageSlice) {
        magic = slice[Fields.magic]
        version = slice[Fields.version]
        blockCount = slice[Fields.blockCount]
    }
}

public import ImageBytes

/// The block that keeps two machines from mounting one file system (`struct mmp_struct`).
public struct MultiMountBlock: Equatable, Sendable {
    public static let byteCount = 1024
    /// `EXT4_MMP_MAGIC`.
    public static let magic: UInt32 = 0x004D_4D50
    /// The sequence number after a clean unmount (`EXT4_MMP_SEQ_CLEAN`).
    public static let cleanSequence: UInt32 = 0xFF4D_4D50
    /// The sequence number while e2fsck works (`EXT4_MMP_SEQ_FSCK`).
    public static let checkSequence: UInt32 = 0xE24D_4D50

    public let magic: UInt32
    public let sequence: UInt32
    /// Seconds since 1970 of the last update.
    public let time: UInt64
    /// The machine that wrote it last, as far as it is kept.
    public let nodeName: [UInt8]
    public let deviceName: [UInt8]
    public let checkInterval: UInt16
    public let checksum: UInt32

    /// - Parameter slice: at least 1,024 bytes.
    public init(decoding slice: ImageSlice) {
        magic = slice[Fields.magic]
        sequence = slice[Fields.sequence]
        time = slice[Fields.time]
        nodeName = Array(slice.copy(Fields.nodeName).prefix { $0 != 0 })
        deviceName = Array(slice.copy(Fields.deviceName).prefix { $0 != 0 })
        checkInterval = slice[Fields.checkInterval]
        checksum = slice[Fields.checksum]
    }
}

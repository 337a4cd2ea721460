/// What an image is asked to be, beside its content.
public struct ImageOptions: Sendable, Equatable {
    /// Whether a time stamp may be older than the epoch.
    public enum TimeStamps: String, Sendable, CaseIterable {
        /// Every time stamp is the epoch.
        case pin
        /// A modification time older than the epoch stays, in whole seconds; every other time stamp
        /// is the epoch.
        case clamp
    }

    /// How large the journal is.
    public enum Journal: Sendable, Equatable {
        /// By the size of the file system, as mke2fs has it.
        case automatic
        /// Blocks of 4 KiB.
        case blocks(UInt32)
        case none
    }

    public var identity = ImageIdentity()
    public var timeStamps = TimeStamps.pin
    /// Inodes that are free in the finished image, at least.
    public var freeInodes: UInt64 = 2_048
    /// Bytes that root can write to a file on the first boot, at least.
    public var freeBytes: UInt64 = 32 << 20
    /// The image's size is a multiple of this many bytes, itself a multiple of 4,096.
    public var alignment: UInt64 = 1 << 20
    /// The image's size in bytes; nil takes the smallest that keeps the promises above.
    public var size: UInt64?
    /// `s_r_blocks_count` in hundredths of the file system: blocks that only root may take.
    public var reservedPercent = 5
    public var journal = Journal.automatic

    public init() {}
}

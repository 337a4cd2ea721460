/// Blocks of a file that lie side by side in the image.
public struct Extent: Sendable, Equatable {
    /// The longest that `ee_len` can say of written blocks (`EXT_INIT_MAX_LEN`).
    public static let maximumCount: UInt64 = 32_768

    /// The first block, counted from the start of the file.
    public let fileBlock: UInt32
    public let count: UInt32
    /// The first block, counted from the start of the image.
    public let imageBlock: UInt64

    public init(fileBlock: UInt32, count: UInt32, imageBlock: UInt64) {
        self.fileBlock = fileBlock
        self.count = count
        self.imageBlock = imageBlock
    }

    public var blocks: Range<UInt64> { imageBlock..<imageBlock + UInt64(count) }
}

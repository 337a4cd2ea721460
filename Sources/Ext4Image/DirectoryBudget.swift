internal import Ext4Layout
internal import ImageBytes

/// How much of a directory is read before it is given up.
///
/// A map can lead to one block of the image many times, and a hole in a sparse image can be taken
/// for terabytes of blocks. A sound directory has each of its blocks once.
public struct DirectoryBudget: Sendable {
    /// Broken blocks after which a directory is given up.
    public static let brokenLimit = 64

    private var blocksLeft: UInt64
    private var brokenLeft = brokenLimit

    /// - Parameter image: no more blocks are read than it has.
    public init(for image: Ext4Image) { blocksLeft = image.geometry.blockCount }

    /// Takes one block; false once there is none left.
    public mutating func take() -> Bool {
        guard blocksLeft > 0, brokenLeft > 0 else { return false }
        blocksLeft -= 1
        return true
    }

    /// Notes a block without a readable entry list.
    public mutating func noteBroken() { brokenLeft -= 1 }

    /// Starts the count of broken blocks anew, for the next directory.
    public mutating func nextDirectory() { brokenLeft = Self.brokenLimit }

    /// The error that ends the reading of a directory.
    static func spent(_ block: ImageSlice) -> FormatError {
        FormatError(
            "directory", at: block.origin,
            .contradiction("has more blocks, or more broken ones, than it can have", 0, 0))
    }
}

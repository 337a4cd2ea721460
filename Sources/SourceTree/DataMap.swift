/// Which blocks of every file hold something: a block of zeros becomes a hole, whatever the source
/// had there.
public struct DataMap: Sendable {
    /// Blocks of a file side by side that are not all zeros.
    public struct Run: Sendable, Equatable {
        /// Counted in blocks from the start of the file.
        public let start: UInt32
        public let count: UInt32

        public init(start: UInt32, count: UInt32) {
            self.start = start
            self.count = count
        }
    }

    /// Bytes in a block. The layout has one block size, whatever the size of the image.
    public static let blockSize = 4096

    /// The runs of the files that have a hole somewhere; the others are one run from end to end.
    private let sparse: [UInt32: [Run]]

    init(sparse: [UInt32: [Run]]) { self.sparse = sparse }

    /// The runs of one file of a ``FileOrder``, in rising order, where it has a hole.
    public func sparseRuns(of file: Int) -> [Run]? {
        sparse.isEmpty ? nil : sparse[UInt32(file)]
    }

    /// What this map knows and what `other` knows of files that this one has as dense.
    public func completed(by other: DataMap) -> DataMap {
        DataMap(sparse: sparse.merging(other.sparse) { own, _ in own })
    }

    /// The number of blocks that `size` bytes take.
    public static func blockCount(_ size: UInt64) -> UInt64 {
        size / UInt64(blockSize) + (size % UInt64(blockSize) == 0 ? 0 : 1)
    }
}

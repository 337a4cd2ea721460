internal import Ext4Layout
internal import ImageBytes

/// Makes the nodes of an extent tree from runs.
struct ExtentTreeWriter {
    /// Entries that there is place for in an inode.
    private static let rootCapacity = 4

    let blockSize: Int
    /// What the checksums start from; nil where there are none.
    let seed: UInt32?
    /// The nodes in blocks of their own.
    private(set) var nodes: [(block: UInt64, bytes: [UInt8])] = []

    init(blockSize: Int, seed: UInt32?) {
        self.blockSize = blockSize
        self.seed = seed
    }

    /// Makes the tree, level by level from its leaves.
    ///
    /// - Parameters:
    ///   - runs: in the order of the file.
    ///   - allocate: finds a block for a node.
    /// - Returns: the 60 bytes in the inode.
    /// - Throws: what `allocate` throws.
    mutating func write(
        _ runs: [BlockRun], allocate: () throws(FormatError) -> UInt64
    ) throws(FormatError) -> [UInt8] {
        let capacity = (blockSize - ExtentHeader.byteCount) / ExtentLeaf.byteCount
        var entries = runs.map(Self.leaf)
        var depth: UInt16 = 0
        // Every level has 84 times fewer entries than the one below, or fewer still.
        while entries.count > Self.rootCapacity {
            var above: [[UInt8]] = []
            for start in stride(from: 0, to: entries.count, by: capacity) {
                let part = entries[start..<min(start + capacity, entries.count)]
                let block = try allocate()
                nodes.append((block, node(part, depth: depth, capacity: capacity)))
                above.append(Self.index(of: part[start], to: block))
            }
            entries = above
            depth += 1
        }
        return Self.header(entries.count, capacity: Self.rootCapacity, depth: depth)
            + entries.joined()
            + [UInt8](
                repeating: 0, count: (Self.rootCapacity - entries.count) * ExtentLeaf.byteCount)
    }

    private func node(_ entries: ArraySlice<[UInt8]>, depth: UInt16, capacity: Int) -> [UInt8] {
        var bytes = Self.header(entries.count, capacity: capacity, depth: depth)
        bytes += entries.joined()
        bytes += [UInt8](repeating: 0, count: blockSize - bytes.count)
        let sum = seed.flatMap {
            MetadataChecksums.extents(ExtentNode(ImageSlice(bytes.rawSpan)), inodeSeed: $0)
        }
        let place = ExtentHeader.byteCount + capacity * ExtentLeaf.byteCount
        if let sum { bytes.set(Field<UInt32>("et_checksum", at: place), sum) }
        return bytes
    }

    private static func header(_ count: Int, capacity: Int, depth: UInt16) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ExtentHeader.byteCount)
        bytes.set(ExtentHeader.Fields.magic, ExtentHeader.magic)
        bytes.set(ExtentHeader.Fields.entries, UInt16(count))
        bytes.set(ExtentHeader.Fields.maximum, UInt16(capacity))
        bytes.set(ExtentHeader.Fields.depth, depth)
        return bytes
    }

    private static func leaf(_ run: BlockRun) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ExtentLeaf.byteCount)
        bytes.set(ExtentLeaf.Fields.block, UInt32(truncatingIfNeeded: run.logical))
        bytes.set(
            ExtentLeaf.Fields.length,
            UInt16(truncatingIfNeeded: run.length + (run.isUnwritten ? 32768 : 0)))
        bytes.set(ExtentLeaf.Fields.startHigh, UInt16(truncatingIfNeeded: run.physical >> 32))
        bytes.set(ExtentLeaf.Fields.startLow, UInt32(truncatingIfNeeded: run.physical))
        return bytes
    }

    /// An entry for a node, from the first entry in it: both start with a block of the file.
    private static func index(of first: [UInt8], to block: UInt64) -> [UInt8] {
        var bytes = Array(first[0..<4]) + [UInt8](repeating: 0, count: 8)
        bytes.set(ExtentIndex.Fields.leafLow, UInt32(truncatingIfNeeded: block))
        bytes.set(ExtentIndex.Fields.leafHigh, UInt16(truncatingIfNeeded: block >> 32))
        return bytes
    }
}

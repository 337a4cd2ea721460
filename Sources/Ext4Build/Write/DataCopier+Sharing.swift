internal import HostSystem
internal import SourceTree
internal import SystemPackage

/// The copying of extents whose blocks the image may share with their source.
extension DataCopier {
    /// Shorter extents are not worth a call each: many of them fit into one write.
    static let sharedExtent: UInt32 = 64

    /// Whether the kernel is asked to copy an extent. Not where every block is to be hashed.
    func mayShare(_ extent: Extent) -> Bool {
        output.sharesBlocks && !isHashed && extent.count >= Self.sharedExtent
    }

    /// Has the kernel copy an extent, which may mean that the image shares the blocks of its source.
    ///
    /// - Returns: how many of its blocks are done; the others, all of them where nothing can be shared,
    ///   are to be read.
    func copyShared(
        _ content: borrowing OpenContent, _ extent: Extent
    ) throws(CopyStop) -> UInt32 {
        guard mayShare(extent) else { return 0 }
        let size = UInt64(DataMap.blockSize)
        let start = UInt64(extent.fileBlock) * size
        let end = min(start + UInt64(extent.count) * size, content.size)
        do throws(SourceError) {
            let copied = try output.inTurn { () throws(SourceError) in
                try content.copyInKernel(
                    start..<end, to: output.descriptor.rawValue, at: extent.imageBlock * size)
            }
            progress.add(bytes: copied)
            return start + copied == end ? extent.count : UInt32(copied / size)
        } catch {
            throw .failed(.source(error))
        }
    }
}

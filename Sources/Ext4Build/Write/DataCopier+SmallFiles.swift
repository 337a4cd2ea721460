internal import HostSystem
internal import SourceTree

/// The copying of files that fit into the buffer: most of them, with the fewest calls.
extension DataCopier {
    /// The one extent of a small file without holes.
    func onlyExtent(ofFile file: Int) -> Extent? {
        let extents = plan.extents(ofFile: file)
        let size = plan.tree.nodes[Int(plan.order.nodes[file])].size
        guard size <= UInt64(Self.capacity), extents.count == 1, let extent = extents.first,
            extent.count == DataMap.blockCount(size), !mayShare(extent)
        else { return nil }
        return extent
    }

    /// Copies such a file. What has its size when it is read at one go needs no other look.
    func copySmall(_ file: Int, _ extent: Extent) throws(CopyStop) {
        let size = UInt64(DataMap.blockSize)
        try makeRoom(Int(extent.count) * DataMap.blockSize, at: extent.imageBlock * size)
        let content = try open(Int(plan.order.nodes[file]), isChecked: false)
        do throws(SourceError) {
            let rest = unsafe buffer.bytes[fill...].prefix(Int(content.size) + 1)
            try unsafe content.readWhole(into: UnsafeMutableRawBufferPointer(rebasing: rest))
        } catch {
            throw .failed(.source(error))
        }
        try accept(Int(content.size), of: content)
    }
}

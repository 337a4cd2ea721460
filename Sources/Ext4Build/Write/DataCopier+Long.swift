internal import HostSystem
internal import SourceTree
internal import SystemPackage

/// The copying of extents that are too long to gain anything from the buffer.
extension DataCopier {
    /// Extents of so many blocks and more do not go through the buffer.
    static let longExtent: UInt32 = 64
    /// So much of a file is mapped and written at a time.
    private static let window: UInt64 = 2 << 20

    /// How the copying of one window ended.
    private enum Outcome {
        case written
        case foundZeros
        /// A page of the file could not be had. To read it tells why.
        case unreadable
        case failed(BuildError)
    }

    /// Copies a long extent past the buffer; returns how many of its blocks are done. The others, all
    /// of them where it cannot be done so, are to be read.
    ///
    /// Not where every block is to be hashed, since a file may change between two looks at it, and not
    /// for short extents, of which many fit into one write.
    func copyLong(
        _ content: borrowing OpenContent, _ extent: Extent
    ) throws(CopyStop) -> UInt32 {
        guard leaves == nil, extent.count >= Self.longExtent else { return 0 }
        let size = UInt64(DataMap.blockSize)
        let start = UInt64(extent.fileBlock) * size
        let end = min(start + UInt64(extent.count) * size, content.size)
        let place = extent.imageBlock * size
        let copied =
            output.sharesBlocks
            ? try copyInKernel(content, start..<end, to: place)
            : try copyMapped(content, start..<end, to: place)
        return start + copied == end ? extent.count : UInt32(copied / size)
    }

    /// Has the kernel copy, which may mean that the image shares the blocks of its source.
    private func copyInKernel(
        _ content: borrowing OpenContent, _ range: Range<UInt64>, to place: UInt64
    ) throws(CopyStop) -> UInt64 {
        do throws(SourceError) {
            let copied = try output.inTurn { () throws(SourceError) in
                try content.copyInKernel(range, to: output.descriptor.rawValue, at: place)
            }
            progress.add(bytes: copied)
            return copied
        } catch {
            throw .failed(.source(error))
        }
    }

    /// Writes from mappings of the file, so that its bytes are copied once.
    ///
    /// The kernel's own copy does no more than that, but all under the lock of the output; here the
    /// next thread gets its pages ready meanwhile, and zeros are found before they are written.
    private func copyMapped(
        _ content: borrowing OpenContent, _ range: Range<UInt64>, to place: UInt64
    ) throws(CopyStop) -> UInt64 {
        var start = range.lowerBound
        while start < range.upperBound {
            let part = start..<min(start + Self.window, range.upperBound)
            let target = place + (start - range.lowerBound)
            switch try copyMapped(content, window: part, to: target) {
            case .written: break
            case .foundZeros: throw hole(content)
            case .failed(let error): throw .failed(error)
            case .unreadable: return start - range.lowerBound
            }
            progress.add(bytes: UInt64(part.count))
            start = part.upperBound
        }
        return start - range.lowerBound
    }

    private func copyMapped(
        _ content: borrowing OpenContent, window: Range<UInt64>, to place: UInt64
    ) throws(CopyStop) -> Outcome {
        do throws(SourceError) {
            return try unsafe content.withMapping(of: window, populates: true) {
                unsafe write($0, at: place)
            } ?? .unreadable
        } catch {
            throw .failed(.source(error))
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at place: UInt64) -> Outcome {
        guard unsafe !ZeroBlocks.containsZeroBlock(bytes) else { return .foundZeros }
        do {
            try unsafe output.write(bytes, at: place)
            return .written
        } catch .output(let error) where error.errno == .badAddress {
            return .unreadable
        } catch {
            return .failed(error)
        }
    }
}

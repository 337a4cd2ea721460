internal import Golden
internal import HostSystem
internal import SourceTree
internal import SystemPackage

/// One thread's part of the copying: reads files into a buffer and writes it out where it is full or
/// where the next block lies elsewhere.
final class DataCopier {
    /// Half of a core's second-level cache: what was read is still there when it is written.
    static let capacity = 256 * DataMap.blockSize

    private let plan: Plan
    let output: OutputFile
    let leaves: LeafHashes?
    let progress: BuildProgress
    private let isSpeculative: Bool
    private let reader: ContentReader
    private let queue: WriteQueue
    private var buffer = PageBuffer(byteCount: capacity)
    /// What the buffer holds: bytes of the image from `start` on.
    private var start: UInt64 = 0
    private var fill = 0

    init(_ writer: DataWriter, _ queue: WriteQueue) {
        self.queue = queue
        plan = writer.plan
        output = writer.output
        leaves = writer.leaves
        progress = writer.progress
        isSpeculative = writer.isSpeculative
        reader = ContentReader(writer.plan.tree)
    }

    func run(_ task: CopyTask) throws(CopyStop) {
        fill = 0
        for file in task.files where plan.holdsData(file) {
            let extents = task.extents.map { $0[...] } ?? plan.extents(ofFile: file)
            try copy(file, extents)
            progress.add(files: task.extents == nil ? 1 : 0)
        }
        try flush()
    }

    private func copy(_ file: Int, _ extents: ArraySlice<Extent>) throws(CopyStop) {
        let content = try open(Int(plan.order.nodes[file]))
        let size = UInt64(DataMap.blockSize)
        var pieces = 0
        for extent in extents {
            var done = try copyShared(content, extent)
            // The kernel's copy may take its time, too.
            pieces += done > 0 ? 2 : 0
            while done < extent.count {
                let place = (extent.imageBlock + UInt64(done)) * size
                if fill == Self.capacity || place != start + UInt64(fill) {
                    try flush()
                    start = place
                }
                let room = UInt32((Self.capacity - fill) / DataMap.blockSize)
                let count = min(room, extent.count - done)
                try read(content, blocks: extent.fileBlock + done, count: count)
                done += count
                pieces += 1
            }
        }
        // What is read at one go is what the file was at one time.
        if pieces > 1 { try check(content) }
    }

    private func check(_ content: borrowing OpenContent) throws(CopyStop) {
        do { try content.check() } catch { throw .failed(.source(error)) }
    }

    private func open(_ node: Int) throws(CopyStop) -> OpenContent {
        do { return try reader.open(node) } catch { throw .failed(.source(error)) }
    }

    /// Reads blocks of a file to the end of what the buffer holds; the file's last block is filled up
    /// with zeros.
    private func read(
        _ content: borrowing OpenContent, blocks first: UInt32, count: UInt32
    ) throws(CopyStop) {
        let size = UInt64(DataMap.blockSize)
        let offset = UInt64(first) * size
        let whole = Int(count) * DataMap.blockSize
        let available = Int(min(UInt64(whole), content.size - offset))
        let target = unsafe UnsafeMutableRawBufferPointer(
            rebasing: buffer.bytes[fill..<fill + whole])
        do throws(SourceError) {
            try unsafe content.read(
                at: offset, into: UnsafeMutableRawBufferPointer(rebasing: target[..<available]))
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[available...])
                .initializeMemory(as: UInt8.self, repeating: 0)
        } catch {
            throw .failed(.source(error))
        }
        // The plan gives blocks to what is not zero. If this is, the plan was a guess, or the file has
        // changed since it was scanned.
        guard unsafe !ZeroBlocks.containsZeroBlock(UnsafeRawBufferPointer(target)) else {
            throw hole(content)
        }
        fill += whole
    }

    /// What a block of zeros where the plan has data means.
    func hole(_ content: borrowing OpenContent) -> CopyStop {
        isSpeculative
            ? .foundHole
            : .failed(.source(content.changed("a part of it that had data is zeros now")))
    }

    private func flush() throws(CopyStop) {
        guard fill > 0 else { return }
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer.bytes[..<fill])
        leaves?.record(unsafe bytes.bytes, firstBlock: start / Geometry.blockSize)
        progress.add(bytes: UInt64(fill))
        do { buffer = try queue.write(buffer, count: fill, at: start) } catch {
            throw .failed(error)
        }
        fill = 0
    }
}

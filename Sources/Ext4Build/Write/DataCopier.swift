internal import HostSystem
internal import SourceTree
internal import SystemPackage

/// One thread's part of the copying: reads files into a buffer and writes it out where it is full or
/// where the next block lies elsewhere.
final class DataCopier {
    /// Half of a core's second-level cache: what was read is still there when it is written.
    static let capacity = 128 * DataMap.blockSize
    /// One byte more, to see that a file has none.
    static let bufferSize = capacity + 1

    let plan: Plan
    let output: OutputFile
    /// Whether every byte goes through the queue, to be hashed.
    let isHashed: Bool
    let progress: BuildProgress
    private let isSpeculative: Bool
    let reader: ContentReader
    private let queue: WriteQueue
    private(set) var buffer = PageBuffer(byteCount: bufferSize)
    /// What the buffer holds: bytes of the image from `start` on.
    private(set) var start: UInt64 = 0
    private(set) var fill = 0

    init(_ writer: DataWriter, _ queue: WriteQueue) {
        self.queue = queue
        plan = writer.plan
        output = writer.output
        isHashed = writer.hasher != nil
        progress = writer.progress
        isSpeculative = writer.isSpeculative
        reader = ContentReader(writer.plan.tree)
    }

    func run(_ task: CopyTask) throws(CopyStop) {
        fill = 0
        for file in task.files where plan.holdsData(file) {
            if let part = task.extents {
                try copy(file, part[...], isPart: true)
            } else if let extent = onlyExtent(ofFile: file) {
                try copySmall(file, extent)
            } else {
                try copy(file, plan.extents(ofFile: file))
            }
            if task.isStart(ofFile: file, in: plan) { progress.add(files: 1) }
        }
        try flush()
    }

    private func copy(
        _ file: Int, _ extents: ArraySlice<Extent>, isPart: Bool = false
    ) throws(CopyStop) {
        let content = try open(Int(plan.order.nodes[file]))
        let size = UInt64(DataMap.blockSize)
        var pieces = 0
        for extent in extents {
            var done = try copyShared(content, extent)
            // The kernel's copy may take its time, too.
            pieces += done > 0 ? 2 : 0
            while done < extent.count {
                let place = (extent.imageBlock + UInt64(done)) * size
                try makeRoom(DataMap.blockSize, at: place)
                let room = UInt32((Self.capacity - fill) / DataMap.blockSize)
                let count = min(room, extent.count - done)
                try read(content, blocks: extent.fileBlock + done, count: count)
                done += count
                pieces += 1
            }
        }
        // A file that is read at one go is what it was at one time.
        if pieces > 1 || isPart { try check(content) }
    }

    private func check(_ content: borrowing OpenContent) throws(CopyStop) {
        do { try content.check() } catch { throw .failed(.source(error)) }
    }

    func open(_ node: Int, isChecked: Bool = true) throws(CopyStop) -> OpenContent {
        do {
            return try isChecked ? reader.open(node) : reader.openUnchecked(node)
        } catch {
            throw .failed(.source(error))
        }
    }

    /// Reads blocks of a file to the end of what the buffer holds.
    private func read(
        _ content: borrowing OpenContent, blocks first: UInt32, count: UInt32
    ) throws(CopyStop) {
        let offset = UInt64(first) * UInt64(DataMap.blockSize)
        let available = Int(min(UInt64(count) * UInt64(DataMap.blockSize), content.size - offset))
        do throws(SourceError) {
            try unsafe content.read(
                at: offset,
                into: UnsafeMutableRawBufferPointer(
                    rebasing: buffer.bytes[fill...].prefix(available)))
        } catch {
            throw .failed(.source(error))
        }
        try accept(available, of: content)
    }

    /// Adds bytes that were read behind what the buffer holds to it; a last block that they do not fill
    /// is filled up with zeros.
    func accept(_ count: Int, of content: borrowing OpenContent) throws(CopyStop) {
        let whole = Int(DataMap.blockCount(UInt64(count))) * DataMap.blockSize
        let target = unsafe UnsafeMutableRawBufferPointer(
            rebasing: buffer.bytes[fill...].prefix(whole))
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[count...])
            .initializeMemory(as: UInt8.self, repeating: 0)
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

    /// Makes the place behind what the buffer holds one for `count` bytes that belong at `place`.
    func makeRoom(_ count: Int, at place: UInt64) throws(CopyStop) {
        guard fill + count > Self.capacity || place != start + UInt64(fill) else { return }
        try flush()
        start = place
    }

    private func flush() throws(CopyStop) {
        guard fill > 0 else { return }
        progress.add(bytes: UInt64(fill))
        do { buffer = try queue.write(buffer, count: fill, at: start) } catch {
            // The old one may be in use elsewhere.
            buffer = PageBuffer(byteCount: Self.bufferSize)
            throw .failed(error)
        }
        fill = 0
    }
}

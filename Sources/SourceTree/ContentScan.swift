internal import HostSystem

/// Reads every file once, before anything is planned, to find the blocks of zeros.
///
/// The plan promises an exact size, and what is a hole takes no block: so the contents have to be
/// seen first. The second read, when they are copied, finds them in the page cache.
public struct ContentScan: Sendable {
    private let tree: SourceTree
    private let order: FileOrder

    /// Files of a batch are read by one thread, one after the other: enough for the folder to stay
    /// open, few enough for the threads to end together.
    private static let filesPerBatch = 128
    private static let bytesPerBatch: UInt64 = 16 << 20
    private static let bufferSize = 256 << 10

    public init(_ tree: SourceTree, _ order: FileOrder) {
        self.tree = tree
        self.order = order
    }

    /// - Parameter jobs: how many threads read. The result does not depend on it.
    /// - Throws: the error of the first file, in canonical order, that could not be read.
    public func run(jobs: Int) throws(SourceError) -> DataMap {
        let batches = batches()
        let results = ThreadTeam.map(count: batches.count, workers: jobs, state: {
            Worker(tree: tree)
        }) { worker, index in
            worker.scan(order.nodes, batches[index])
        }
        var sparse: [UInt32: [DataMap.Run]] = [:]
        for result in results {
            for (file, runs) in try result.get() { sparse[file] = runs }
        }
        return DataMap(sparse: sparse)
    }

    private func batches() -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var bytes: UInt64 = 0
        for file in order.nodes.indices {
            bytes += tree.nodes[Int(order.nodes[file])].size
            if bytes >= Self.bytesPerBatch || file + 1 - start == Self.filesPerBatch {
                batches.append(start..<file + 1)
                start = file + 1
                bytes = 0
            }
        }
        if start < order.nodes.count { batches.append(start..<order.nodes.count) }
        return batches
    }

    /// What one thread keeps between batches.
    private final class Worker {
        private let tree: SourceTree
        private let reader: ContentReader
        private let buffer = PageBuffer(byteCount: ContentScan.bufferSize)

        init(tree: SourceTree) {
            self.tree = tree
            reader = ContentReader(tree)
        }

        func scan(_ nodes: [UInt32], _ files: Range<Int>)
            -> Result<[(UInt32, [DataMap.Run])], SourceError>
        {
            var found: [(UInt32, [DataMap.Run])] = []
            for file in files {
                let node = Int(nodes[file])
                guard tree.nodes[node].size > 0 else { continue }
                do {
                    if let runs = try scan(node) { found.append((UInt32(file), runs)) }
                } catch {
                    return .failure(error)
                }
            }
            return .success(found)
        }

        private func scan(_ node: Int) throws(SourceError) -> [DataMap.Run]? {
            let content = try reader.open(node)
            var collector = RunCollector()
            let blockSize = UInt64(DataMap.blockSize)
            let blockCount = DataMap.blockCount(content.size)
            var block: UInt64 = 0
            while block < blockCount {
                guard let data = try content.nextData(from: block * blockSize) else {
                    collector.skip(UInt32(blockCount - block))
                    break
                }
                let first = max(block, data.lowerBound / blockSize)
                collector.skip(UInt32(first - block))
                let end = DataMap.blockCount(data.upperBound)
                try take(content, first..<end, &collector)
                block = end
            }
            return collector.finish()
        }

        private func take(
            _ content: borrowing OpenContent, _ blocks: Range<UInt64>,
            _ collector: inout RunCollector
        ) throws(SourceError) {
            var offset = blocks.lowerBound * UInt64(DataMap.blockSize)
            let end = min(blocks.upperBound * UInt64(DataMap.blockSize), content.size)
            while offset < end {
                let count = Int(min(UInt64(ContentScan.bufferSize), end - offset))
                let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
                try unsafe content.read(at: offset, into: part)
                unsafe collector.take(UnsafeRawBufferPointer(part))
                offset += UInt64(count)
            }
        }
    }
}

internal import HostSystem

/// Reads every file once, before anything is planned, to find the blocks of zeros and to hold store
/// paths against their registration.
///
/// The plan promises an exact size, and what is a hole takes no block: so the contents have to be
/// seen first. The second read, when they are copied, finds them in the page cache.
public struct ContentScan: Sendable {
    private let tree: SourceTree
    private let order: FileOrder
    private let archives: [StoreArchive]

    /// Files of a batch are read by one thread, one after the other: enough for the folder to stay
    /// open, few enough for the threads to end together.
    private static let filesPerBatch = 128
    private static let bytesPerBatch: UInt64 = 16 << 20

    /// What one thread reads in one go.
    private enum Batch: Sendable {
        case files(Range<Int>)
        case archive(StoreArchive)
    }

    /// - Parameters:
    ///   - tree: what is read.
    ///   - order: its files.
    ///   - archives: the store paths whose hashes are to be checked on the way.
    public init(_ tree: SourceTree, _ order: FileOrder, archives: [StoreArchive] = []) {
        self.tree = tree
        self.order = order
        self.archives = archives
    }

    /// - Parameters:
    ///   - jobs: how many threads read. The result does not depend on it.
    ///   - isWanted: whether a file of the order is to be read; the others are taken to be without
    ///     holes. Files of store paths that are checked are read in any case.
    ///   - done: called with the bytes of each file that was read, from any thread.
    /// - Returns: where the files that were read have data.
    /// - Throws: the error of the first store path, then of the first file in canonical order, that
    ///   could not be read or is not what it should be.
    public func run(
        jobs: Int, isWanted: @escaping @Sendable (_ file: Int) -> Bool = { _ in true },
        done: @escaping @Sendable (UInt64) -> Void = { _ in }
    ) throws(SourceError) -> DataMap {
        let batches = batches()
        let results = ThreadTeam.map(
            count: batches.count, workers: jobs, state: { FileScanner(tree, done) }
        ) { scanner, index -> Result<FileScanner.Findings, SourceError> in
            do throws(SourceError) {
                switch batches[index] {
                case .files(let files): return .success(try scanner.scan(order, files, isWanted))
                case .archive(let archive): return .success(try scanner.scan(order, archive))
                }
            } catch {
                return .failure(error)
            }
        }
        var sparse: [UInt32: [DataMap.Run]] = [:]
        for result in results {
            for (file, runs) in try result.get() { sparse[file] = runs }
        }
        return DataMap(sparse: sparse)
    }

    /// Store paths first, since one of them can be a quarter of all the work.
    private func batches() -> [Batch] {
        var batches = archives.map { Batch.archive($0) }
        let inArchive = filesOfArchives()
        var start = 0
        var bytes: UInt64 = 0
        func end(before file: Int) {
            if bytes > 0 { batches.append(.files(start..<file)) }
            start = file
            bytes = 0
        }
        for file in order.nodes.indices {
            guard !inArchive[file] else {
                end(before: file)
                start = file + 1
                continue
            }
            bytes += tree.nodes[Int(order.nodes[file])].size
            if bytes >= Self.bytesPerBatch || file - start >= Self.filesPerBatch {
                end(before: file + 1)
            }
        }
        end(before: order.nodes.count)
        return batches
    }

    /// For each file, whether it is read as a part of a store path.
    private func filesOfArchives() -> [Bool] {
        var inArchive = [Bool](repeating: false, count: order.nodes.count)
        for archive in archives {
            var pending = [archive.node]
            while let node = pending.popLast() {
                inArchive[Int(order.fileOfNode[node])] = true
                pending += tree.nodes[node].children
            }
        }
        return inArchive
    }
}

internal import HostSystem

/// What one thread of a ``ContentScan`` keeps from file to file.
final class FileScanner {
    /// Files with holes, and the runs between them.
    typealias Findings = [(file: UInt32, runs: [DataMap.Run])]

    /// Fits a core's second-level cache beside what the kernel copies from.
    private static let bufferSize = 256 << 10
    /// From here on a mapping costs less than a copy.
    private static let mappingThreshold: UInt64 = 128 << 10
    private static let mappingWindow: UInt64 = 4 << 20

    private let tree: SourceTree
    private let reader: ContentReader
    private let buffer = PageBuffer(byteCount: bufferSize)
    private let done: @Sendable (UInt64) -> Void
    /// Sees every byte that is read while a store path is scanned.
    private var hasher: NarHasher?

    init(_ tree: SourceTree, _ done: @escaping @Sendable (UInt64) -> Void) {
        self.tree = tree
        self.done = done
        reader = ContentReader(tree)
    }

    /// Reads files of an order that belong together in nothing but their place.
    func scan(
        _ order: FileOrder, _ files: Range<Int>, _ isWanted: (Int) -> Bool
    ) throws(SourceError) -> Findings {
        var findings: Findings = []
        for file in files where isWanted(file) {
            let node = Int(order.nodes[file])
            guard tree.nodes[node].size > 0 else { continue }
            if let runs = try runs(of: node) { findings.append((UInt32(file), runs)) }
        }
        return findings
    }

    /// Reads a store path as its Nix archive has it.
    ///
    /// - Throws: ``SourceError/closure(_:)`` where its hash is not the registered one.
    func scan(_ order: FileOrder, _ archive: StoreArchive) throws(SourceError) -> Findings {
        hasher = NarHasher()
        defer { hasher = nil }
        var findings: Findings = []
        // A loop over open folders, not a recursion: a store path can be deeper than the stack.
        var open: [(node: Int, next: Int)] = []
        var next: Int? = archive.node
        while true {
            if let node = next {
                if tree.nodes[node].kind == .directory {
                    hasher?.enterDirectory()
                    open.append((node, tree.nodes[node].children.lowerBound))
                } else if let runs = try scanLeaf(node) {
                    findings.append((order.fileOfNode[node], runs))
                }
            }
            guard let (folder, child) = open.last else { break }
            if child < tree.nodes[folder].children.upperBound {
                open[open.count - 1].next += 1
                hasher?.entry(name: tree.name(of: child))
                next = child
            } else {
                hasher?.leaveDirectory()
                open.removeLast()
                next = nil
            }
        }
        if let found = hasher?.finish(), let reason = archive.mismatch(found.hash, found.byteCount)
        {
            throw .closure(reason)
        }
        return findings
    }

    private func scanLeaf(_ node: Int) throws(SourceError) -> [DataMap.Run]? {
        switch tree.nodes[node].kind {
        case .symbolicLink:
            hasher?.symbolicLink(target: tree[tree.nodes[node].target])
            return nil
        case .regular:
            let isExecutable = tree.nodes[node].permissions & 0o100 != 0
            hasher?.regularFile(executable: isExecutable, size: tree.nodes[node].size)
            let runs = try runs(of: node)
            hasher?.endFile()
            return runs
        default:
            throw .unsupported(
                path: tree.escapedPath(of: node),
                reason: "is neither file, folder nor link, and a store path has nothing else")
        }
    }

    /// Reads a file and finds its runs of data.
    private func runs(of node: Int) throws(SourceError) -> [DataMap.Run]? {
        let content = try reader.open(node)
        var collector = RunCollector()
        let blockSize = UInt64(DataMap.blockSize)
        let blockCount = DataMap.blockCount(content.size)
        var block: UInt64 = 0
        while block < blockCount {
            let data = try content.nextData(from: block * blockSize)
            let first = data.map { max(block, $0.lowerBound / blockSize) } ?? blockCount
            if first > block {
                collector.skip(UInt32(first - block))
                hasher?.updateZeros(count: min(first * blockSize, content.size) - block * blockSize)
            }
            guard let data else { break }
            let end = DataMap.blockCount(data.upperBound)
            try read(content, first..<end, &collector)
            block = end
        }
        done(content.size)
        return collector.finish()
    }

    private func read(
        _ content: borrowing OpenContent, _ blocks: Range<UInt64>, _ collector: inout RunCollector
    ) throws(SourceError) {
        var offset = blocks.lowerBound * UInt64(DataMap.blockSize)
        let end = min(blocks.upperBound * UInt64(DataMap.blockSize), content.size)
        // Nearly every block shows in its first bytes that it is not zero. Of a large file the rest
        // need not be copied for that, only mapped: a window at a time, since what is mapped counts
        // as our memory.
        while hasher == nil, end - offset >= Self.mappingThreshold {
            let window = offset..<min(offset + Self.mappingWindow, end)
            let isMapped: Void? = try unsafe content.withMapping(of: window) {
                unsafe collector.take($0)
            }
            guard isMapped != nil else { break }
            offset = window.upperBound
        }
        while offset < end {
            let count = Int(min(UInt64(Self.bufferSize), end - offset))
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
            try unsafe content.read(at: offset, into: part)
            unsafe collector.take(UnsafeRawBufferPointer(part))
            unsafe hasher?.update(UnsafeRawBufferPointer(part))
            offset += UInt64(count)
        }
    }
}

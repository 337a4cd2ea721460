internal import Ext4Image
internal import Ext4Layout
internal import ImageBytes

/// Reads the content of a file of an image from any offset, its map walked once.
struct ContentReader: ContentBytes {
    let byteCount: UInt64
    private let image: Ext4Image
    /// What has blocks, in the order of the content.
    private let runs: [BlockRun]
    /// Content that lies in the inode.
    private let inline: [UInt8]?

    /// No more runs are kept; what lies behind them reads as zeros.
    static let runLimit = 1 << 18

    /// - Parameters:
    ///   - inode: a regular file or a symlink of the image; its map may be broken.
    ///   - image: where it lies.
    init(_ inode: borrowing Inode, of image: Ext4Image) {
        self.image = image
        byteCount = inode.size
        let isInline =
            inode.flags.contains(.inlineData)
            || inode.kind == .symlink && image.isFastSymlink(inode)
        if isInline {
            // No more fits into an inode, whatever its size says.
            let limit = image.geometry.blockSize
            inline =
                inode.kind == .symlink
                ? try? image.symlinkTarget(of: inode)
                : try? image.content(of: inode, limit: limit)
            runs = []
            return
        }
        inline = nil
        var runs: [BlockRun] = []
        if image.hasMap(inode) {
            image.walkMap(of: inode) { event in
                if case .run(let run) = event, !run.isUnwritten { runs.append(run) }
                return runs.count < Self.runLimit
            }
        }
        // A broken map may be out of order; what comes first on disk then wins, as in reading.
        self.runs = runs.enumerated().sorted {
            ($0.element.logical, $0.offset) < ($1.element.logical, $1.offset)
        }.map(\.element)
    }

    func nextData(at offset: UInt64) -> UInt64 {
        if inline != nil { return min(offset, byteCount) }
        let size = UInt64(image.geometry.blockSize)
        let index = firstRun(endingAfter: offset / size)
        guard index < runs.count else { return byteCount }
        let (start, overflow) = runs[index].logical.multipliedReportingOverflow(by: size)
        return overflow ? byteCount : min(byteCount, max(offset, start))
    }

    /// Where the blocks end that follow each other from an offset with data on.
    func endOfData(from offset: UInt64) -> UInt64 {
        if inline != nil { return byteCount }
        let size = UInt64(image.geometry.blockSize)
        let index = firstRun(endingAfter: offset / size)
        guard index < runs.count else { return byteCount }
        let (end, overflow) = runs[index].logicalEnd.multipliedReportingOverflow(by: size)
        return overflow ? byteCount : min(byteCount, end)
    }

    func bytes(at offset: UInt64, count: Int) -> [UInt8] {
        guard offset < byteCount, count > 0 else { return [] }
        let count = Int(min(UInt64(count), byteCount - offset))
        var bytes = [UInt8](repeating: 0, count: count)
        if let inline {
            let part = inline.dropFirst(Int(min(offset, UInt64(inline.count)))).prefix(count)
            bytes.replaceSubrange(0..<part.count, with: part)
            return bytes
        }
        let size = UInt64(image.geometry.blockSize)
        let end = offset + UInt64(count)
        var index = firstRun(endingAfter: offset / size)
        while index < runs.count, runs[index].logical <= (end - 1) / size {
            copy(runs[index], offset..<end, into: &bytes)
            index += 1
        }
        return bytes
    }

    /// The first run that ends after a block. Runs that overlap do so in broken maps alone, where
    /// any answer is as good.
    private func firstRun(endingAfter block: UInt64) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].logical + runs[middle].length <= block {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private func copy(_ run: BlockRun, _ wanted: Range<UInt64>, into bytes: inout [UInt8]) {
        let size = UInt64(image.geometry.blockSize)
        let blocks = run.logical..<run.logical + run.length
        let part = (wanted.lowerBound / size..<(wanted.upperBound - 1) / size + 1).clamped(
            to: blocks)
        for logical in part {
            guard let block = image.block(run.physical + (logical - run.logical)) else { continue }
            let start = logical * size
            let range = (start..<start + size).clamped(to: wanted)
            let source = Int(range.lowerBound - start)..<Int(range.upperBound - start)
            let target = Int(range.lowerBound - wanted.lowerBound)
            bytes.replaceSubrange(target..<target + source.count, with: block.copy(source))
        }
    }
}

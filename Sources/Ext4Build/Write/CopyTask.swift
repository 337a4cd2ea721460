internal import SourceTree

/// A piece of the copying that one thread does in one go: some small files, or a part of a large one.
///
/// Tasks come in the order of the image. Those that are to be hashed fill a buffer once: what the threads
/// have in hand lies close together then, and can be hashed in that order.
struct CopyTask: Sendable {
    /// Files in canonical order.
    let files: Range<Int>
    /// What of a file that is large or in several pieces; nil for small files, which are copied whole.
    let extents: [Extent]?
    private let firstBlock: UInt64

    private static let blocksPerTask = UInt32(DataCopier.capacity / DataMap.blockSize)
    private static let filesPerTask = 128
    /// Of large files: each part opens the file once more.
    private static let blocksPerPart: UInt32 = 2_048

    /// Cuts the copying of a plan into tasks, in the order of the image.
    ///
    /// - Parameters:
    ///   - plan: where everything goes.
    ///   - areHashed: whether the copies are hashed.
    ///   - isCopied: whether a file is where it should be already.
    /// - Returns: tasks that together copy every other file, none of them twice.
    static func all(
        of plan: Plan, areHashed: Bool, isCopied: (_ file: Int) -> Bool
    ) -> [CopyTask] {
        let partLimit = areHashed ? blocksPerTask : blocksPerPart
        var tasks: [CopyTask] = []
        /// Small files that are gathered, and the blocks that theirs are.
        var files = 0..<0
        var blocks: Range<UInt64> = 0..<0
        func add() {
            guard !blocks.isEmpty else { return }
            tasks.append(CopyTask(files: files, extents: nil, firstBlock: blocks.lowerBound))
            blocks = 0..<0
        }
        for file in 0..<plan.fileCount where plan.holdsData(file) && !isCopied(file) {
            let extents = plan.extents(ofFile: file)
            guard let place = extents.first?.blocks else { continue }
            guard extents.count == 1, place.count <= blocksPerTask else {
                add()
                tasks += split(extents, partLimit).map {
                    CopyTask(
                        files: file..<file + 1, extents: $0, firstBlock: $0[0].imageBlock)
                }
                continue
            }
            if place.lowerBound != blocks.upperBound || files.count == filesPerTask
                || place.upperBound - blocks.lowerBound > blocksPerTask
            {
                add()
                files = file..<file
                blocks = place.lowerBound..<place.lowerBound
            }
            files = files.lowerBound..<file + 1
            blocks = blocks.lowerBound..<place.upperBound
        }
        add()
        return tasks.sorted { $0.firstBlock < $1.firstBlock }
    }

    /// Whether no other task has an earlier part of a file.
    func isStart(ofFile file: Int, in plan: Plan) -> Bool {
        extents.map { $0.first?.fileBlock == plan.extents(ofFile: file).first?.fileBlock } ?? true
    }

    /// Cuts a large file into parts of a task's size; a long extent is cut, short ones are gathered.
    private static func split(_ extents: ArraySlice<Extent>, _ limit: UInt32) -> [[Extent]] {
        var parts: [[Extent]] = []
        var part: [Extent] = []
        var room = limit
        for extent in extents {
            var done: UInt32 = 0
            while done < extent.count {
                let count = min(room, extent.count - done)
                part.append(
                    Extent(
                        fileBlock: extent.fileBlock + done, count: count,
                        imageBlock: extent.imageBlock + UInt64(done)))
                done += count
                room -= count
                guard room == 0 else { continue }
                parts.append(part)
                part = []
                room = limit
            }
        }
        return part.isEmpty ? parts : parts + [part]
    }
}

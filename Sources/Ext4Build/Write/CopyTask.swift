internal import SourceTree

/// A piece of the copying that one thread does in one go: some small files, or a part of a large one.
///
/// No more than fills a buffer once, as a rule: what the threads have in hand lies close together in the
/// image then, and is hashed in the order of the image without a long wait.
struct CopyTask: Sendable {
    /// Files in canonical order.
    let files: Range<Int>
    /// Where there is only one file: what of it.
    let extents: [Extent]?

    private static let blocksPerTask = UInt32(DataCopier.capacity / DataMap.blockSize)
    private static let filesPerTask = 128

    /// Cuts the copying of a plan into tasks, in the order of the files.
    ///
    /// - Parameters:
    ///   - plan: where everything goes.
    ///   - isCopied: whether a file is where it should be already.
    /// - Returns: tasks that together copy every other file, none of them twice.
    static func all(of plan: Plan, isCopied: (_ file: Int) -> Bool) -> [CopyTask] {
        var tasks: [CopyTask] = []
        var first = 0
        var blocks: UInt64 = 0
        func end(before file: Int) {
            if blocks > 0 { tasks.append(CopyTask(files: first..<file, extents: nil)) }
            first = file
            blocks = 0
        }
        for file in 0..<plan.fileCount where plan.holdsData(file) {
            guard !isCopied(file) else {
                end(before: file)
                first = file + 1
                continue
            }
            let extents = plan.extents(ofFile: file)
            let count = extents.reduce(0) { $0 + UInt64($1.count) }
            if count > blocksPerTask {
                end(before: file)
                tasks += split(extents).map { CopyTask(files: file..<file + 1, extents: $0) }
                first = file + 1
            } else {
                if blocks + count > blocksPerTask || file - first >= filesPerTask {
                    end(before: file)
                }
                blocks += count
            }
        }
        end(before: plan.fileCount)
        return tasks
    }

    /// Cuts a large file into parts of a task's size; a long extent is cut, short ones are gathered.
    private static func split(_ extents: ArraySlice<Extent>) -> [[Extent]] {
        var parts: [[Extent]] = []
        var part: [Extent] = []
        var room = blocksPerTask
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
                room = blocksPerTask
            }
        }
        return part.isEmpty ? parts : parts + [part]
    }
}

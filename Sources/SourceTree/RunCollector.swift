/// Collects the data runs of one file while its bytes go by in rising order.
struct RunCollector {
    private(set) var runs: [DataMap.Run] = []
    private var start: UInt32?
    private var next: UInt32 = 0
    private var holes = false

    /// Takes the bytes of whole blocks; only the last block of a file may be shorter.
    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + DataMap.blockSize, bytes.count)
            let block = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<end])
            if unsafe ZeroBlocks.isZero(block) {
                skip(1)
            } else {
                if start == nil { start = next }
                next += 1
            }
            offset = end
        }
    }

    /// Passes over blocks that are known to be a hole.
    mutating func skip(_ count: UInt32) {
        guard count > 0 else { return }
        endRun()
        holes = true
        next += count
    }

    /// The runs, or nil where the file is data from end to end.
    mutating func finish() -> [DataMap.Run]? {
        endRun()
        return holes ? runs : nil
    }

    private mutating func endRun() {
        guard let start else { return }
        runs.append(DataMap.Run(start: start, count: next - start))
        self.start = nil
    }
}

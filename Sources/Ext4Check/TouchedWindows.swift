import ImageBytes

/// Parts of an image that were looked at and can be let go of: what is mapped counts as our memory.
///
/// Neighbours go together, since every call interrupts the other threads.
struct TouchedWindows {
    /// What the kernel maps around a page that is looked at (`fault_around_bytes`).
    private static let size = 64 << 10

    private let volume: Volume
    private var windows: [Range<Int>] = []
    /// Bytes in the windows, those that come twice counted twice.
    private(set) var byteCount = 0

    init(_ volume: Volume) { self.volume = volume }

    /// Takes the inode of a directory and its blocks.
    mutating func add(_ directory: DirectoryWork, _ runs: [DirectoryRun]) {
        if let inode = volume.offset(ofInode: directory.inode) { add(inode..<inode + 1) }
        for run in runs[directory.runs] {
            guard let start = volume.offset(ofBlock: run.block) else { continue }
            let room = UInt64((volume.image.count - start) / volume.blockSize)
            add(start..<start + Int(min(run.count, room)) * volume.blockSize)
        }
    }

    /// Lets go of all that came.
    mutating func release() {
        windows.sort { $0.lowerBound < $1.lowerBound }
        var open = windows.first ?? 0..<0
        for window in windows {
            if window.lowerBound > open.upperBound {
                volume.image.release(open)
                open = window
            } else {
                open = open.lowerBound..<max(open.upperBound, window.upperBound)
            }
        }
        volume.image.release(open)
        windows.removeAll(keepingCapacity: true)
        byteCount = 0
    }

    private mutating func add(_ range: Range<Int>) {
        let start = range.lowerBound / Self.size * Self.size
        let end = (range.upperBound + Self.size - 1) / Self.size * Self.size
        if let last = windows.last, last.contains(start), last.contains(end - 1) { return }
        windows.append(start..<min(end, volume.image.count))
        byteCount += end - start
    }
}

import HostSystem
import ImageBytes
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Finds the blocks in which two images differ: reads both once, side by side, on all threads, and
/// leaves out what is a hole in both.
///
/// The bytes are read and not mapped: a mapping would count all of both images as our memory.
final class BlockComparison: Sendable {
    private let before: MappedImage
    private let after: MappedImage
    private let blockSize: Int
    private let common: Int
    private let cursor: Mutex<DataCursor>

    /// Half of what a core's second cache holds, and a multiple of the largest block.
    static let chunkByteCount = 1 << 18

    private init(_ before: MappedImage, _ after: MappedImage, blockSize: Int) {
        self.before = before
        self.after = after
        self.blockSize = blockSize
        common = min(before.count, after.count)
        cursor = Mutex(DataCursor(before, after, end: common))
    }

    /// The differing blocks, in rising order, none touching the next. What only the longer image
    /// has, differs.
    ///
    /// - Throws: `FileError` where a file cannot be read.
    static func runs(
        _ before: MappedImage, _ after: MappedImage, blockSize: Int, workers: Int
    ) throws(FileError) -> [Range<UInt64>] {
        let comparison = BlockComparison(before, after, blockSize: blockSize)
        let found = Mutex<(runs: [Range<UInt64>], error: FileError?)>(([], nil))
        ThreadTeam.run(workers: max(1, workers)) { _ in
            do throws(FileError) {
                let runs = try comparison.compareChunks()
                found.withLock { $0.runs += runs }
            } catch {
                found.withLock { if $0.error == nil { $0.error = error } }
            }
        }
        var (runs, error) = found.withLock { $0 }
        if let error { throw error }
        let size = UInt64(blockSize)
        if before.count != after.count {
            let longer = UInt64(max(before.count, after.count))
            runs.append(UInt64(comparison.common) / size..<(longer + size - 1) / size)
        }
        return merge(runs)
    }

    /// Sorts runs and joins those that touch or overlap.
    static func merge(_ runs: [Range<UInt64>]) -> [Range<UInt64>] {
        var merged: [Range<UInt64>] = []
        for run in runs.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, last.upperBound >= run.lowerBound {
                merged[merged.count - 1] =
                    last.lowerBound..<max(last.upperBound, run.upperBound)
            } else {
                merged.append(run)
            }
        }
        return merged
    }

    private func compareChunks() throws(FileError) -> [Range<UInt64>] {
        let left = PageBuffer(byteCount: Self.chunkByteCount)
        let right = PageBuffer(byteCount: Self.chunkByteCount)
        var runs: [Range<UInt64>] = []
        while let start = cursor.withLock({ $0.next() }) {
            let count = min(Self.chunkByteCount, common - start)
            do {
                try Self.read(before, at: start, count, into: left)
                try Self.read(after, at: start, count, into: right)
            } catch {
                // The others have nothing to add to an error.
                cursor.withLock { $0.stop() }
                throw error
            }
            add(start, count, left, right, to: &runs)
        }
        return runs
    }

    private func add(
        _ start: Int, _ count: Int, _ left: PageBuffer, _ right: PageBuffer,
        to runs: inout [Range<UInt64>]
    ) {
        // Both buffers hold `count` bytes that were just read.
        guard let one = unsafe left.bytes.baseAddress, let other = unsafe right.bytes.baseAddress,
            unsafe memcmp(one, other, count) != 0
        else { return }
        for offset in stride(from: 0, to: count, by: blockSize) {
            let part = min(blockSize, count - offset)
            guard unsafe memcmp(one + offset, other + offset, part) != 0 else { continue }
            let block = UInt64((start + offset) / blockSize)
            if let last = runs.last, last.upperBound == block {
                runs[runs.count - 1] = last.lowerBound..<block + 1
            } else {
                runs.append(block..<block + 1)
            }
        }
    }

    private static func read(
        _ image: MappedImage, at offset: Int, _ count: Int, into buffer: PageBuffer
    ) throws(FileError) {
        var have = 0
        while have < count {
            let position = Int64(image.fileOffset) + Int64(offset + have)
            let read = try FileError.wrap("read", image.path) {
                try unsafe image.file.read(
                    fromAbsoluteOffset: position,
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[have..<count]))
            }
            // The file shrank since it was mapped.
            guard read > 0 else { throw FileError("read all of", image.path, .ioError) }
            have += read
        }
    }
}

/// Gives out the chunks of two files in which at least one has data, each once.
private struct DataCursor {
    private let before: MappedImage
    private let after: MappedImage
    private let end: Int
    private var position = 0
    /// Up to here a file is known to have data; beyond, it is asked.
    private var dataEnds = (0, 0)
    /// Up to here a file is known to have none.
    private var holeEnds = (0, 0)

    init(_ before: MappedImage, _ after: MappedImage, end: Int) {
        self.before = before
        self.after = after
        self.end = end
    }

    mutating func stop() { position = end }

    mutating func next() -> Int? {
        let size = BlockComparison.chunkByteCount
        while position < end {
            let left = Self.data(before, from: position, &holeEnds.0, &dataEnds.0, end: end)
            let right = Self.data(after, from: position, &holeEnds.1, &dataEnds.1, end: end)
            let data = min(left, right)
            guard data < end else { break }
            // Chunks start at multiples of their size, so that blocks are whole.
            guard data >= position + size else {
                defer { position += size }
                return position
            }
            position = data / size * size
        }
        position = end
        return nil
    }

    /// The first byte of data at or after a position; `end` where there is none. A file system that
    /// knows no holes has data everywhere.
    private static func data(
        _ image: MappedImage, from position: Int, _ holeEnd: inout Int, _ dataEnd: inout Int,
        end: Int
    ) -> Int {
        if position < holeEnd { return holeEnd }
        if position < dataEnd { return position }
        let origin = off_t(image.fileOffset)
        let data = lseek(image.file.rawValue, origin + off_t(position), LinuxConstant.seekData)
        if data < 0 {
            if errno == ENXIO { holeEnd = end } else { dataEnd = end }
            return errno == ENXIO ? end : position
        }
        holeEnd = min(end, Int(data - origin))
        let hole = lseek(image.file.rawValue, data, LinuxConstant.seekHole)
        dataEnd = hole < 0 ? end : min(end, max(Int(hole - origin), holeEnd + 1))
        return holeEnd
    }
}

import ImageBytes
import SystemPackage

/// Which parts of an image its file stores; the rest are holes, and zeros.
struct DataRanges: Sendable {
    /// A file in more pieces than this is read as if it had no holes from there on.
    private static let limit = 1 << 16

    /// Bytes that are looked at before their memory is given back.
    private static let sweepBytes = 1 << 20

    private let ranges: [Range<Int>]

    /// Asks the file.
    init(_ image: MappedImage) {
        let file = image.file
        let start = Int64(clamping: image.fileOffset)
        var ranges: [Range<Int>] = []
        var position: Int64 = 0
        let end = Int64(image.count)
        while position < end {
            // SEEK_DATA and SEEK_HOLE, which the library has no names for on Linux.
            guard ranges.count < Self.limit,
                let data = try? file.seek(offset: start + position, from: .init(rawValue: 3)),
                let hole = try? file.seek(offset: data, from: .init(rawValue: 4)), hole > data
            else {
                // Past the last data, or a file that cannot say.
                if !Self.endsInHole(image, start + position) {
                    ranges.append(Int(position)..<Int(end))
                }
                break
            }
            let from = min(max(data - start, 0), end)
            let to = min(hole - start, end)
            if from < to { ranges.append(Int(from)..<Int(to)) }
            position = max(to, position + 1)
        }
        self.ranges = ranges
    }

    private static func endsInHole(_ image: MappedImage, _ offset: Int64) -> Bool {
        do {
            _ = try image.file.seek(offset: offset, from: .init(rawValue: 3))
            return false
        } catch {
            return error as? Errno == .noSuchAddressOrDevice
        }
    }

    /// Calls the body for the stored parts of a range.
    func forEach(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= range.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        while low < ranges.count, ranges[low].lowerBound < range.upperBound {
            body(ranges[low].clamped(to: range))
            low += 1
        }
    }

    /// Counts the bytes of a long range that are not zero, and gives its memory back on the way.
    func sweep(
        _ kind: ResidueKind, _ volume: Volume, _ range: Range<Int>, _ tally: inout ResidueTally
    ) {
        let image = volume.image
        let disk = image.slice
        forEach(in: range) { part in
            for start in stride(from: part.lowerBound, to: part.upperBound, by: Self.sweepBytes) {
                let piece = start..<min(start + Self.sweepBytes, part.upperBound)
                tally.add(kind, disk, piece) {
                    .block(UInt64($0 / volume.blockSize), offset: $0 % volume.blockSize)
                }
                image.release(piece)
            }
        }
    }
}

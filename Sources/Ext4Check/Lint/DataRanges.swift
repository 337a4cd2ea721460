import HostSystem
import ImageBytes

/// Goes through the parts of an image that its file stores; the rest are holes, and zeros.
struct DataRanges: Sendable {
    /// Bytes that are looked at together.
    private static let pieceBytes = 1 << 16

    private let image: MappedImage

    init(_ image: MappedImage) { self.image = image }

    /// Calls the body for the stored parts of a range, in pieces.
    func forEach(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var position = range.lowerBound
        while position < range.upperBound, let start = image.nextStored(from: position),
            start < range.upperBound
        {
            let end = min(start + Self.pieceBytes, range.upperBound)
            body(start..<end)
            position = end
        }
    }

    /// Counts the bytes of a long range that are not zero. What is zero, as most is, is not mapped.
    func sweep(
        _ kind: ResidueKind, _ volume: Volume, _ range: Range<Int>, _ tally: inout ResidueTally
    ) {
        let image = volume.image
        let disk = image.slice
        let buffer = PageBuffer(byteCount: Self.pieceBytes)
        forEach(in: range) { piece in
            if image.isStoredZero(piece, buffer: buffer) { return }
            tally.add(kind, disk, piece) {
                .block(UInt64($0 / volume.blockSize), offset: $0 % volume.blockSize)
            }
            image.release(piece)
        }
    }
}

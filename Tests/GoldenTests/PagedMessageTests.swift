import Testing

@testable import Golden

/// The message over an image and the digests of its pages, against those that swift-crypto has.
@Suite struct PagedMessageTests {
    /// Pages of noise, of zeros and of one byte.
    private func image(pages: Int, tail: Int) -> [UInt8] {
        var state = UInt64(pages) | 1
        var bytes: [UInt8] = []
        for page in 0..<pages + (tail > 0 ? 1 : 0) {
            var content = [UInt8](repeating: 0, count: 4_096)
            if page % 5 == 1 { content[page % 4_096] = 1 }
            if page % 5 > 1 {
                for index in content.indices {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    content[index] = UInt8(truncatingIfNeeded: state >> 56)
                }
            }
            bytes += content
        }
        return Array(bytes.prefix(pages * 4_096 + tail))
    }

    /// Adds a piece of whole pages; what follows the image's end is zeros.
    private func add(
        _ piece: ArraySlice<UInt8>, to message: inout PagedMessage
    ) -> [SHA256Digest] {
        let pages = (piece.count + 4_095) / 4_096
        let padded = Array(piece) + [UInt8](repeating: 0, count: pages * 4_096 - piece.count)
        var digests = [UInt8](repeating: 0, count: pages * 32)
        digests.withUnsafeMutableBufferPointer { target in
            guard let start = target.baseAddress else { return }
            message.add(padded.span.bytes, byteCount: piece.count, digests: start)
        }
        return (0..<pages).compactMap { SHA256Digest(digests[$0 * 32..<($0 + 1) * 32]) }
    }

    private func pageDigests(_ image: [UInt8]) -> [SHA256Digest] {
        stride(from: 0, to: image.count, by: 4_096).map { start in
            let page = Array(image[start..<min(start + 4_096, image.count)])
            return SHA256Digest(of: page + [UInt8](repeating: 0, count: 4_096 - page.count))
        }
    }

    /// On both sides of sixteen pages, and of every length that the padding of a message can have.
    @Test(
        arguments: [
            (1, 0), (2, 0), (15, 0), (16, 0), (17, 0), (32, 0), (33, 0), (130, 0), (0, 1), (3, 55),
            (3, 56), (3, 63), (3, 64), (16, 119), (16, 120), (40, 4_095),
        ], [true, false])
    func `message and pages are those of swift-crypto`(
        shape: (pages: Int, tail: Int), isPortable: Bool
    ) {
        let image = image(pages: shape.pages, tail: shape.tail)
        for size in [1, 7, 16, 200] {
            var message = PagedMessage(isPortable: isPortable)
            var digests: [SHA256Digest] = []
            for start in stride(from: 0, to: image.count, by: size * 4_096) {
                let piece = image[start..<min(start + size * 4_096, image.count)]
                digests += add(piece, to: &message)
            }
            #expect(digests == pageDigests(image))
            #expect(message.byteCount == UInt64(image.count))
            #expect(message.finish() == SHA256Digest(of: image))
        }
    }

    @Test(arguments: [0, 1, 63, 4_095, 4_096, 4_097, 70_000], [true, false])
    func `zeros that do not come are zeros`(count: Int, isPortable: Bool) {
        var message = PagedMessage(isPortable: isPortable)
        let image = image(pages: 20, tail: 0)
        _ = add(image[...], to: &message)
        message.addZeros(upTo: UInt64(image.count + count))
        message.addZeros(upTo: 5)
        #expect(
            message.finish() == SHA256Digest(of: image + [UInt8](repeating: 0, count: count)))
    }

    /// FIPS 180-4's own example for no bytes.
    @Test func `the message of no bytes is the published one`() {
        #expect(
            PagedMessage().finish().hex
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}

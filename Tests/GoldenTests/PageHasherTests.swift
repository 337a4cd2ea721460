import CBlockHash
import Testing

@testable import Golden

/// Bytes that follow from `seed` alone.
private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
    }
}

/// A span cannot stand inside `#expect`.
private func isZero(_ bytes: [UInt8]) -> Bool { PageHasher.isZero(bytes.span.bytes) }

@Suite struct PageHasherTests {
    @Test(arguments: [1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 64, 127, 128])
    func `the page hashes of the processor are those of swift-crypto`(pages: Int) {
        let content = noise(pages * 4096, seed: UInt64(pages))
        var fast = [UInt8](repeating: 0, count: pages * 32)
        var plain = fast
        fast.withUnsafeMutableBufferPointer { target in
            PageHasher.sha256(content.span.bytes, into: target.baseAddress!)
        }
        content.withUnsafeBytes { source in
            plain.withUnsafeMutableBufferPointer { target in
                PageHasher.portable(source.baseAddress!, pages, into: target.baseAddress!)
            }
        }
        #expect(fast == plain)
    }

    @Test(arguments: [0, 1, 16, 17, 128, 129, 240, 241, 1024, 4096])
    func `the wide XXH3 is the plain one`(count: Int) {
        let content = noise(count, seed: 99)
        content.withUnsafeBytes { bytes in
            let wide = cblockhash_xxh3(bytes.baseAddress, count)
            #expect(wide == cblockhash_xxh3_baseline(bytes.baseAddress, count))
        }
    }

    /// The value for no bytes stands in the XXH3 specification's sanity test (xxhash.h 0.8).
    @Test func `XXH3 of no bytes is the published value`() {
        #expect(cblockhash_xxh3(nil, 0) == 0x2D06_8005_38D3_94C2)
    }

    @Test func `one byte anywhere makes a page no page of zeros`() {
        var page = [UInt8](repeating: 0, count: 4096)
        #expect(isZero(page))
        for index in page.indices {
            page[index] = 1
            #expect(!isZero(page))
            page[index] = 0
        }
    }

    @Test(arguments: [0, 1, 31, 32, 255, 256, 257, 300])
    func `a short run of zeros is seen to its last byte`(count: Int) {
        var bytes = [UInt8](repeating: 0, count: count)
        #expect(isZero(bytes))
        guard count > 0 else { return }
        bytes[count - 1] = 0x80
        #expect(!isZero(bytes))
    }

    @Test func `a digest reads back what it writes`() throws {
        let digest = SHA256Digest(of: [1, 2, 3])
        #expect(SHA256Digest(hex: digest.hex) == digest)
        #expect(SHA256Digest(digest.bytes) == digest)
        #expect(digest.hex == "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81")
    }

    @Test(arguments: [
        "", "00", String(repeating: "A", count: 64), String(repeating: "g", count: 64),
    ])
    func `anything but 64 lower-case digits is no digest`(text: String) {
        #expect(SHA256Digest(hex: text) == nil)
    }
}

import ImageBytes
import SystemPackage
import Testing

@testable import Golden

@Suite struct LeafHashesTests {
    @Test(arguments: [false, true])
    func `leaves that a pass over a file keeps are those of its blocks`(plain: Bool) throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: 900, seed: 4)
        let content = try fixture.bytes(of: path)
        let leaves = try LeafHashes(path: path, byteCount: UInt64(content.count))
        _ = try ImageDigest.compute(
            of: MappedImage(path: path), jobs: 2, blocks: false, plain: plain, keeper: leaves)
        for block in 0..<900 {
            let bytes = Array(content[block * 4096..<(block + 1) * 4096])
            let expected = bytes.contains { $0 != 0 } ? SHA256Digest(of: bytes) : nil
            #expect(leaves.digest(ofBlock: UInt64(block)) == expected)
        }
    }

    @Test func `an image of holes takes no memory to speak of`() throws {
        let leaves = try LeafHashes(path: "x", byteCount: 1 << 40)
        let page = [UInt8](repeating: 1, count: 4096)
        page.withUnsafeBufferPointer { page in
            guard let start = page.baseAddress else { return }
            leaves.keep(start, ofSpan: 1_000_000, present: 1 << 5)
        }
        #expect(
            leaves.digest(ofBlock: 128_000_005) == SHA256Digest([UInt8](repeating: 1, count: 32)))
        #expect(leaves.digest(ofBlock: 128_000_004) == nil)
    }

    @Test(arguments: [0, UInt64.max])
    func `a size that is none is an error`(count: UInt64) {
        #expect(throws: DigestError.unusableSize(path: "x", byteCount: count)) {
            try LeafHashes(path: "x", byteCount: count)
        }
    }
}

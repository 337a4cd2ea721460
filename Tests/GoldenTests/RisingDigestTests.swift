import Testing

@testable import Golden

@Suite struct RisingDigestTests {
    @Test(arguments: [1, 5, 128, 129, 3000], [1, 7, 128, 500])
    func `blocks that come in pieces give the digest of the file`(
        blocks: Int, piece: Int
    ) throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: blocks, seed: 21)
        let content = try fixture.bytes(of: path)
        var digest = RisingDigest(byteCount: UInt64(content.count), wantsBlocks: true)
        var leaves: [UInt64: SHA256Digest] = [:]
        for first in stride(from: 0, to: blocks, by: piece) {
            #expect(digest.position == UInt64(first))
            let bytes = content[first * 4096..<min(first + piece, blocks) * 4096]
            if bytes.contains(where: { $0 != 0 }) || first % 2 == 0 {
                digest.add(Array(bytes).span.bytes) { leaves[$0] = $1 }
            } else {
                digest.addZeros(upTo: UInt64(min(first + piece, blocks)))
            }
        }
        for block in 0..<blocks {
            let bytes = Array(content[block * 4096..<(block + 1) * 4096])
            let expected = bytes.contains { $0 != 0 } ? SHA256Digest(of: bytes) : nil
            #expect(leaves[UInt64(block)] == expected)
        }
        let found = digest.finish()
        #expect(found == (try fixture.digest(path, blocks: true, plain: true)))
        #expect(found.sha256 == SHA256Digest(of: content))
    }

    @Test func `blocks have no hash where none is wanted`() throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: 300, seed: 9)
        let content = try fixture.bytes(of: path)
        var digest = RisingDigest(byteCount: UInt64(content.count), wantsBlocks: false)
        digest.add(content.span.bytes) { _, _ in }
        let found = digest.finish()
        #expect(found.blockHashes.spans.isEmpty)
        #expect(found.root == (try fixture.digest(path, blocks: false)).root)
    }

    @Test func `zeros leave no trace`() throws {
        let zeros = [UInt8](repeating: 0, count: 40_960)
        var written = RisingDigest(byteCount: 40_960, wantsBlocks: true)
        written.add(zeros.span.bytes) { block, _ in Issue.record("block \(block) has a leaf") }
        var skipped = RisingDigest(byteCount: 40_960, wantsBlocks: true)
        skipped.addZeros(upTo: 10)
        let digest = written.finish()
        #expect(digest == skipped.finish())
        #expect(digest.spans.isEmpty)
    }
}

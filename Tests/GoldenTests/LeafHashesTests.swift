import HostSystem
import SystemPackage
import Testing

@testable import Golden

@Suite struct LeafHashesTests {
    @Test(arguments: [1, 5, 128, 129, 3000])
    func `blocks handed in as pieces give the digest of the file`(blocks: Int) throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: blocks, seed: 21)
        let content = try fixture.bytes(of: path)
        let leaves = try LeafHashes(path: path, byteCount: UInt64(content.count))
        var message = PagedMessage()
        // Pieces of seven blocks lie across the bounds of spans.
        for first in stride(from: 0, to: blocks, by: 7) {
            let end = min(first + 7, blocks)
            leaves.record(
                content.span.bytes.extracting(first * 4096..<end * 4096),
                firstBlock: UInt64(first), in: &message)
        }
        #expect(leaves.digest(jobs: 3) == (try fixture.digest(path, blocks: true)))
        #expect(message.finish() == SHA256Digest(of: content))
    }

    @Test func `zeros leave no trace`() throws {
        let zeros = [UInt8](repeating: 0, count: 40_960)
        let leaves = try LeafHashes(path: "x", byteCount: 40_960)
        var message = PagedMessage()
        leaves.record(zeros.span.bytes, firstBlock: 0, in: &message)
        #expect(
            leaves.digest(jobs: 1) == (try LeafHashes(path: "x", byteCount: 40_960)).digest(jobs: 1)
        )
        #expect(leaves.digest(ofBlock: 3) == nil)
    }

    @Test func `leaves that a pass over a file keeps are those of its blocks`() throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: 900, seed: 4)
        let content = try fixture.bytes(of: path)
        let leaves = try LeafHashes(path: path, byteCount: UInt64(content.count))
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        _ = try ImageDigest.compute(
            file, path: path, byteCount: UInt64(content.count), jobs: 2, keeper: leaves)
        for block in 0..<900 {
            let bytes = Array(content[block * 4096..<(block + 1) * 4096])
            let expected = bytes.contains { $0 != 0 } ? SHA256Digest(of: bytes) : nil
            #expect(leaves.digest(ofBlock: UInt64(block)) == expected)
        }
    }

    @Test func `an image of holes takes no memory to speak of`() throws {
        let leaves = try LeafHashes(path: "x", byteCount: 1 << 36)
        var message = PagedMessage()
        leaves.record(
            [UInt8](repeating: 1, count: 4096).span.bytes, firstBlock: 16_000_000, in: &message)
        #expect(leaves.digest(jobs: 2).spans.count == 1)
    }

    @Test(arguments: [0, UInt64.max])
    func `a size that is none is an error`(count: UInt64) {
        #expect(throws: DigestError.unusableSize(path: "x", byteCount: count)) {
            try LeafHashes(path: "x", byteCount: count)
        }
    }
}

import HostSystem
import SystemPackage
import Testing

@testable import Golden

@Suite struct LeafHashesTests {
    @Test(arguments: [1, 5, 128, 129, 3000])
    func `blocks handed in from threads give the digest of the file`(blocks: Int) throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: blocks, seed: 21)
        let content = try fixture.bytes(of: path)
        let leaves = try LeafHashes(path: path, byteCount: UInt64(content.count))
        // Pieces of seven blocks, last piece first, so that threads meet inside spans.
        let pieces = (blocks + 6) / 7
        _ = ThreadTeam.map(count: pieces, workers: 3) { index in
            let first = (pieces - 1 - index) * 7
            let end = min(first + 7, blocks)
            leaves.record(
                content.span.bytes.extracting(first * 4096..<end * 4096), firstBlock: UInt64(first))
        }
        #expect(leaves.digest(jobs: 3) == (try fixture.digest(path, blocks: true)))
    }

    @Test func `a block handed in again counts as it is then`() throws {
        let leaves = try LeafHashes(path: "x", byteCount: 40_960)
        let data = [UInt8](repeating: 7, count: 4096)
        let zeros = [UInt8](repeating: 0, count: 4096)
        leaves.record(data.span.bytes, firstBlock: 4)
        leaves.record(data.span.bytes, firstBlock: 9)
        leaves.record(zeros.span.bytes, firstBlock: 4)
        let other = try LeafHashes(path: "x", byteCount: 40_960)
        other.record(data.span.bytes, firstBlock: 9)
        #expect(leaves.digest(jobs: 1) == other.digest(jobs: 1))
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
        leaves.record([UInt8](repeating: 1, count: 4096).span.bytes, firstBlock: 16_000_000)
        #expect(leaves.digest(jobs: 2).spans.count == 1)
    }

    @Test(arguments: [0, UInt64.max])
    func `a size that is none is an error`(count: UInt64) {
        #expect(throws: DigestError.unusableSize(path: "x", byteCount: count)) {
            try LeafHashes(path: "x", byteCount: count)
        }
    }
}

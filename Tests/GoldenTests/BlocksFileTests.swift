import Testing

@testable import Golden

/// Hashes of blocks 0, 1, 127, 128 and 400 of an image of 512 blocks.
private func sample() -> BlocksFile {
    BlocksFile(
        imageBytes: 512 * 4096, root: SHA256Digest(of: [9]),
        hashes: BlockHashes(spans: [
            .init(index: 0, present: 0b11 | 1 << 127, hashes: [10, 11, 12]),
            .init(index: 1, present: 1, hashes: [13]),
            .init(index: 3, present: 1 << 16, hashes: [14]),
        ]))
}

@Suite struct BlocksFileTests {
    @Test func `what is written is read back`() throws {
        let file = sample()
        #expect(try BlocksFile(parsing: file.bytes) == file)
        // Three runs: 0-1, 127-128, 400.
        #expect(file.bytes.count == 64 + 3 * 16 + 5 * 8)
    }

    @Test func `an image of zeros has an empty file`() throws {
        let file = BlocksFile(
            imageBytes: 4096, root: SHA256Digest(of: []), hashes: BlockHashes(spans: []))
        #expect(try BlocksFile(parsing: file.bytes) == file)
    }

    @Test func `the hash of a block is found, and none for a block of zeros`() throws {
        let hashes = try BlocksFile(parsing: sample().bytes).hashes
        #expect(hashes.blockCount == 5)
        #expect(hashes.span(0)?.hash(ofBlock: 127) == 12)
        #expect(hashes.span(0)?.hash(ofBlock: 2) == nil)
        #expect(hashes.span(3)?.hash(ofBlock: 16) == 14)
        #expect(hashes.span(2) == nil)
        #expect(hashes.span(4) == nil)
    }

    @Test(arguments: [
        (0, UInt8(0), BlocksFile.FormatError.notABlocksFile),
        (8, 2, .newerVersion(2)),
        (13, 32, .badBlockSize(8192)),
        (56, 4, .badRun(index: 3)),
        (63, 0x80, .wrongSize(found: 152)),
        (64, 200, .badRun(index: 1)),
        (72, 0, .badRun(index: 0)),
        (79, 0xFF, .badRun(index: 0)),
        (97, 2, .badRun(index: 2)),
        (104, 2, .wrongSize(found: 152)),
        (18, 0x10, .badRun(index: 2)),
    ])
    func `one bent byte is one error`(
        offset: Int, value: UInt8, error: BlocksFile.FormatError
    ) {
        var bytes = sample().bytes
        bytes[offset] = value
        let bent = bytes
        #expect(throws: error) { try BlocksFile(parsing: bent) }
    }

    @Test func `no bytes make the parser trap`() {
        let bytes = sample().bytes
        for count in 0...bytes.count { _ = try? BlocksFile(parsing: Array(bytes.prefix(count))) }
        for index in bytes.indices {
            for change in [0x01, 0x80, 0xFF] as [UInt8] {
                var bent = bytes
                bent[index] ^= change
                _ = try? BlocksFile(parsing: bent)
            }
        }
    }

    @Test func `the blocks of a digest are those of the file`() throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: 2000, seed: 31)
        let digest = try fixture.digest(path, blocks: true)
        let file = BlocksFile(
            imageBytes: digest.byteCount, root: digest.root, hashes: digest.blockHashes)
        #expect(try BlocksFile(parsing: file.bytes) == file)
        let content = try fixture.bytes(of: path)
        for block in 0..<2000 {
            let bytes = Array(content[block * 4096..<(block + 1) * 4096])
            let hash = file.hashes.span(UInt64(block / 128))?.hash(ofBlock: block % 128)
            let expected = bytes.contains { $0 != 0 } ? PageHasher.xxh3(bytes.span.bytes) : nil
            #expect(hash == expected)
        }
    }
}

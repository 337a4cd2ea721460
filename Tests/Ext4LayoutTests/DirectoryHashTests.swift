import CExt2FS
import Ext4Layout
import ImageBytes
import Testing

/// Names of every length with bytes of every value, the same in every run.
private let names: [[UInt8]] = (1...255).flatMap { length in
    [UInt8(0x61), 0x80, 0xC3].map { start in
        (0..<length).map { UInt8(truncatingIfNeeded: Int(start) &+ $0 &* 37 &+ length) }
    }
}

@Suite struct DirectoryHashTests {
    @Test(
        arguments: [0, 1, 2, 3, 4, 5], [[UInt32]]([[1, 2, 3, 4], [0, 0, 0, 0], [.max, 0, 9, 7]]))
    func `hashes are those of libext2fs`(version: UInt8, seed: [UInt32]) throws {
        let ours = DirectoryHash.Seed(seed[0], seed[1], seed[2], seed[3])
        let kind = try #require(DirectoryHash.Version(rawValue: version))
        for name in names {
            var major: ext2_dirhash_t = 0
            var minor: ext2_dirhash_t = 0
            let text = name.map { CChar(bitPattern: $0) }
            let result = ext2fs_dirhash(
                Int32(version), text, Int32(text.count), seed, &major, &minor)
            #expect(result == 0)
            let hash = DirectoryHash(of: name.rawSpan, version: kind, seed: ours)
            #expect(hash?.major == major, "\(name)")
            #expect(hash?.minor == minor, "\(name)")
        }
    }

    @Test func `an empty name hashes as in libext2fs`() {
        var major: ext2_dirhash_t = 0
        #expect(ext2fs_dirhash(1, "", 0, [1, 2, 3, 4], &major, nil) == 0)
        let empty: [UInt8] = []
        let seed = DirectoryHash.Seed(1, 2, 3, 4)
        let hash = DirectoryHash(of: empty.rawSpan, version: .halfMD4, seed: seed)
        #expect(hash?.major == major)
    }

    @Test func `a hash that needs an encryption key is not made up`() {
        let name: [UInt8] = [0x61]
        let hash = DirectoryHash(of: name.rawSpan, version: .sipHash, seed: .init(1, 2, 3, 4))
        #expect(hash == nil)
    }

    @Test func `the unsigned flag chooses the unsigned form of the stored version`() {
        #expect(DirectoryHash.Version.halfMD4.resolved(unsigned: true) == .halfMD4Unsigned)
        #expect(DirectoryHash.Version.halfMD4.resolved(unsigned: false) == .halfMD4)
        #expect(DirectoryHash.Version.teaUnsigned.resolved(unsigned: true) == .teaUnsigned)
        #expect(DirectoryHash.Version.sipHash.resolved(unsigned: true) == .sipHash)
    }
}

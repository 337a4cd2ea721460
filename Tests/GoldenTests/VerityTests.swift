import ImageBytes
import SystemPackage
import TestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

@testable import Golden

@Suite struct VerityTests {
    /// One block, one hash block exactly and one more, two levels exactly and one more.
    static let sizes = [1, 2, 127, 128, 129, 255, 256, 1000, 16383, 16384, 16385, 20_001]

    @Test(arguments: sizes)
    func `the root is veritysetup's for every size`(blocks: Int) async throws {
        let fixture = try DigestFixture()
        for density in [1, 7] as [UInt64] {
            let path = try fixture.image(blocks: blocks, seed: 7, density: density)
            let root = try await fixture.veritysetupRoot(path)
            #expect(try fixture.digest(path).root.hex == root)
        }
    }

    @Test(arguments: [1, 128, 129, 16384, 16385, 3_000_000])
    func `the root of nothing but holes is veritysetup's`(blocks: Int) async throws {
        let fixture = try DigestFixture()
        let path = fixture.folder["holes"]
        let file = try FileDescriptor.open(
            path, .readWrite, options: .create, permissions: .ownerReadWrite)
        try file.resize(to: Int64(blocks) * 4096)
        try file.close()
        let digest = try fixture.digest(path)
        #expect(digest.spans.isEmpty)
        // The tool reads every block: the largest size is only for us.
        if blocks < 100_000 {
            #expect(digest.root.hex == (try await fixture.veritysetupRoot(path)))
        }
    }

    @Test func `the plain digest is sha256sum's, with a tail that is no block`() async throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: 700, seed: 3, tail: 1234)
        let file = try FileDescriptor.open(path, .readWrite)
        try fixture.write([1, 2, 3], to: file, at: 700 * 4096 + 1231)
        try file.close()
        let expected = try await Shell.run("sha256sum < '\(path)' | cut -d' ' -f1")
        let digest = try fixture.digest(path, plain: true)
        #expect(digest.sha256?.hex == String(expected.dropLast()))
        #expect(digest.spans.last?.index == 5)
    }

    @Test func `a tail that is no block counts as if zeros followed`() throws {
        let fixture = try DigestFixture()
        let short = try fixture.image(blocks: 300, seed: 5, tail: 77, density: 1)
        let long = try fixture.image(blocks: 300, seed: 5, tail: 4096, density: 1)
        for path in [short, long] {
            let file = try FileDescriptor.open(path, .readWrite)
            try fixture.write([9], to: file, at: 300 * 4096 + 76)
            try file.close()
        }
        #expect(try fixture.digest(short).root == fixture.digest(long).root)
    }

    @Test(arguments: [1, 2, 3, 8])
    func `the number of threads changes nothing`(jobs: Int) throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: 5000, seed: 11)
        let reference = try fixture.digest(path, jobs: 1, blocks: true, plain: true)
        #expect(try fixture.digest(path, jobs: jobs, blocks: true, plain: true) == reference)
        #expect(!reference.blockHashes.spans.isEmpty)
    }

    @Test func `an image inside a disk has the digest it has alone`() throws {
        let fixture = try DigestFixture()
        let image = try fixture.image(blocks: 400, seed: 2)
        let alone = try fixture.digest(image, blocks: true, plain: true)
        let content = try fixture.bytes(of: image)
        let disk = fixture.folder["disk"]
        let file = try FileDescriptor.open(
            disk, .readWrite, options: .create, permissions: .ownerReadWrite)
        defer { try? file.close() }
        try fixture.write(content, to: file, at: 1_048_576 + 512)
        try fixture.write([1, 2, 3, 4], to: file, at: 4_194_304)
        let inside = try ImageDigest.compute(
            file, path: disk, offset: 1_048_576 + 512, byteCount: UInt64(content.count), jobs: 2,
            blocks: true, plain: true)
        #expect(inside == alone)
    }

    @Test func `a file that becomes shorter while it is read is an error`() throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: 10, seed: 3)
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        let reader = SpanReader(file, path: path, offset: 0, byteCount: 45_056)
        let error = DigestError.truncated(path: path, offset: 40_960, expected: 45_056)
        #expect(throws: error) { try reader.hash(span: 0) }
    }

    @Test func `a file that is shorter than said is an error, not holes`() throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: 10, seed: 1)
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        let error = DigestError.truncated(path: path, offset: 40_960, expected: 45_056)
        #expect(throws: error) {
            try ImageDigest.compute(file, path: path, byteCount: 45_056, jobs: 2)
        }
    }

    @Test(arguments: [0, UInt64.max])
    func `a size that is none is an error`(count: UInt64) throws {
        let fixture = try DigestFixture()
        let path = try fixture.image(blocks: 1, seed: 1)
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        #expect(throws: DigestError.unusableSize(path: path, byteCount: count)) {
            try ImageDigest.compute(file, path: path, byteCount: count, jobs: 1)
        }
    }

    @Test func `a sparse file of 4 TiB costs what its data costs`() throws {
        let fixture = try DigestFixture()
        let path = fixture.folder["huge"]
        let file = try FileDescriptor.open(
            path, .readWrite, options: .create, permissions: .ownerReadWrite)
        defer { try? file.close() }
        try file.resize(to: 4 << 40)
        try fixture.write([1], to: file, at: 3 << 40)
        let digest = try fixture.digest(path)
        #expect(digest.spans.map(\.index) == [(3 << 40) / 524_288])
    }

    /// A tmpfs gives memory to a hole that is looked at through a mapping.
    @Test(arguments: [0, 4096, 1_048_576 - 4096, 300_001])
    func `an image in memory has the digest of its file, and its holes stay`(start: Int) throws {
        let isThere = access("/dev/shm", W_OK) == 0
        let fixture = try DigestFixture(in: isThere ? "/dev/shm" : nil)
        let path = fixture.folder["sparse"]
        let file = try FileDescriptor.open(
            path, .readWrite, options: .create, permissions: .ownerReadWrite)
        defer { try? file.close() }
        // More in one piece than is mapped at a time, zeros among it, and holes around it.
        var data = (0..<20 * 524_288).map { UInt8(truncatingIfNeeded: $0 / 4096 &+ $0) }
        data.replaceSubrange(3_000_000..<4_000_000, with: repeatElement(0, count: 1_000_000))
        try fixture.write(data, to: file, at: start)
        try fixture.write([1], to: file, at: 16_000_000)
        try file.resize(to: 17_000_003)
        let stored = try MappedImage(path: path).storedByteCount
        let digest = try ImageDigest.compute(of: MappedImage(path: path), jobs: 2, blocks: true)
        #expect(try digest == fixture.digest(path, blocks: true))
        #expect(try MappedImage(path: path).storedByteCount == stored)
    }

    @Test func `an image that becomes shorter while it is in memory is an error`() throws {
        let fixture = try DigestFixture()
        let path = fixture.folder["shrinking"]
        let file = try FileDescriptor.open(
            path, .readWrite, options: .create, permissions: .ownerReadWrite)
        defer { try? file.close() }
        try fixture.write([UInt8](repeating: 7, count: 9 << 20), to: file, at: 0)
        let image = try MappedImage(path: path)
        try file.resize(to: 5 << 20)
        #expect(throws: DigestError.self) { try ImageDigest.compute(of: image, jobs: 2) }
    }
}

import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// Rule 6 of the canonical image: data is in one piece, and a block of zeros is a hole.
@Suite struct PlacementTests {
    /// Blocks of a file: `x` is data, `0` is a block of zeros.
    private static let patterns = ["x", "0", "x0x", "0x0", "xx00xx0", "00000000x", "x00000000"]

    private func bytes(_ pattern: String) -> [UInt8] {
        pattern.flatMap { [UInt8](repeating: $0 == "x" ? 0x78 : 0, count: 4_096) }
    }

    @Test(arguments: patterns)
    func `only blocks with something in them are stored, in one piece`(pattern: String)
        async throws
    {
        let image = try await BuiltImage.make([.file("f", bytes(pattern))])
        let file = try #require(image.raw.lookUp("f"))
        let data = pattern.enumerated().filter { $1 == "x" }.map { UInt64($0.offset) }
        let extents = image.raw.map(of: file).extents
        let found = extents.flatMap { extent in (0..<extent.count).map { extent.fileBlock + $0 } }
        #expect(found == data)
        #expect(file.size == UInt64(pattern.count * 4_096))
        #expect(Int(file.bytes.u32(28)) == data.count * 8)
        // The holes of the file leave none in the image.
        let blocks = image.raw.blocks(of: file)
        #expect(blocks == blocks.first.map { Array($0..<$0 + UInt64(blocks.count)) } ?? [])
    }

    @Test func `holes of the source, zeros in it and bytes of our own give one image`()
        async throws
    {
        let folder = try ScratchFolder()
        try await Shell.run(
            """
            head -c 8192 /dev/zero | tr '\\0' x > part
            { cat part; head -c 40960 /dev/zero; cat part; head -c 5000 /dev/zero; } > dense
            cp --sparse=always dense sparse; cp --sparse=never dense dense2
            fallocate -l 100000 dense2; truncate -s 62344 dense2
            """, in: folder.path)
        let size: UInt64 = 8_192 + 40_960 + 8_192 + 5_000
        var images: [BuiltImage] = []
        for name in ["dense", "sparse", "dense2"] {
            var sketch = Sketch.file("f")
            sketch.host = (folder[name], size)
            images.append(try await BuiltImage.make([sketch]))
        }
        let part = [UInt8](repeating: 0x78, count: 8_192)
        let zeros = [UInt8](repeating: 0, count: 40_960)
        images.append(
            try await BuiltImage.make([.file("f", part + zeros + part + zeros.prefix(5_000))]))
        for image in images { try await Shell.run("cmp '\(images[0].path)' '\(image.path)'") }
        let file = try #require(images[0].raw.lookUp("f"))
        #expect(images[0].raw.blocks(of: file).count == 4)
    }

    @Test func `a last block that is short is data where one byte of it is`() async throws {
        let zeros = [UInt8](repeating: 0, count: 4_096 + 10)
        let image = try await BuiltImage.make([.file("a", zeros), .file("b", zeros + [1])])
        let hole = try #require(image.raw.lookUp("a"))
        let data = try #require(image.raw.lookUp("b"))
        #expect(image.raw.blocks(of: hole).isEmpty && hole.size == 4_106)
        #expect(image.raw.map(of: data).extents.map(\.fileBlock) == [1])
    }

    @Test func `files stay in one piece over many groups, and only what no gap holds is cut`()
        async throws
    {
        let folder = try ScratchFolder()
        try await Shell.run("head -c 270M /dev/zero | tr '\\0' y > large", in: folder.path)
        // Two groups without a backup at their borders are the longest gap here: 254 MiB.
        let sizes: [(name: String, megabytes: UInt64)] = [
            ("a", 40), ("b", 40), ("c", 40), ("d", 40), ("e", 40), ("f", 270), ("g", 40),
        ]
        try await Shell.run("head -c 40M large > small", in: folder.path)
        let children = sizes.map { name, megabytes in
            var sketch = Sketch.file(name)
            sketch.host = (folder[megabytes == 270 ? "large" : "small"], megabytes << 20)
            return sketch
        }
        let image = try await BuiltImage.make(children)
        #expect(image.raw.groupCount >= 4)
        for (name, megabytes) in sizes {
            let file = try #require(image.raw.lookUp(name))
            let extents = image.raw.map(of: file).extents
            let breaks = zip(extents, extents.dropFirst()).count {
                $0.imageBlock + $0.count != $1.imageBlock
            }
            #expect(megabytes == 40 ? breaks == 0 : (1...3).contains(breaks))
            #expect(extents.reduce(0) { $0 + $1.count } == megabytes * 256)
            #expect(extents.allSatisfy { $0.count <= 32_768 })
            #expect(extents.map(\.imageBlock) == extents.map(\.imageBlock).sorted())
        }
    }
}

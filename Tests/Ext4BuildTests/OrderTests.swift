import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// Rule 4 of the canonical image: one order for inode numbers, directory entries and blocks.
@Suite struct OrderTests {
    /// Names whose order differs between bytes, letters of a locale, and paths.
    private static let names: [[UInt8]] = [
        [0x01], Array("!".utf8), Array("B".utf8), Array("Z".utf8), Array("a".utf8),
        Array("a.b".utf8), Array("aa".utf8), Array("b".utf8), Array("lost+foune".utf8),
        Array("\u{E4}".utf8), [0xFF], [0xFF, 0x0A],
    ]

    private func sketches(_ names: [[UInt8]]) -> [Sketch] {
        names.map { name in
            var sketch = Sketch.file("", [UInt8](repeating: name[0] | 1, count: 5_000))
            if name.count == 1 {
                sketch = .folder("", [.file("y", [2]), .file("x", [1]), .file("x.y", [3])])
            }
            sketch.name = name
            return sketch
        }
    }

    @Test func `inodes count up through the tree, depth first and by the bytes of the names`()
        async throws
    {
        let image = try await BuiltImage.make(sketches(Self.names))
        var next: UInt32 = 12
        func walk(_ folder: RawInode, _ expected: [[UInt8]]) {
            let entries = image.raw.names(in: folder)
            #expect(entries.map(\.name) == expected)
            for entry in entries where entry.name != Array("lost+found".utf8) {
                #expect(entry.inode == next)
                next += 1
                let inode = image.raw.inode(entry.inode)
                if inode.isFolder { walk(inode, ["x", "x.y", "y"].map { Array($0.utf8) }) }
            }
        }
        var all = Self.names
        all.insert(Array("lost+found".utf8), at: 8)
        walk(image.raw.inode(2), all)
        #expect(next == image.plan.lastInode + 1)
        let lostAndFound = try #require(image.raw.lookUp("lost+found"))
        #expect(lostAndFound.number == 11 && lostAndFound.mode == 0o40700)
    }

    @Test func `blocks follow the order of the files, kind by kind`() async throws {
        let long = [
            ExtendedAttribute(name: Array("user.a".utf8), value: Array(repeating: 7, count: 200))
        ]
        var children = sketches(Self.names)
        for index in children.indices { children[index].attributes = long }
        children.append(.link("long", to: String(repeating: "l", count: 100)))
        let image = try await BuiltImage.make(children)
        let raw = image.raw
        let used = image.inodes.filter { $0.number > 10 || $0.number == 2 }
        let folders = used.filter(\.isFolder).flatMap { raw.blocks(of: $0) }
        let others = used.flatMap { inode -> [UInt64] in
            let target = inode.mode & 0xF000 == 0xA000 ? raw.blocks(of: inode) : []
            return target + (inode.attributeBlock > 0 ? [inode.attributeBlock] : [])
        }
        let data = used.filter { $0.mode & 0xF000 == 0x8000 }.flatMap { raw.blocks(of: $0) }
        let resize = UInt64(raw.inode(7).bytes.u32(40 + 13 * 4))
        let all = [resize] + raw.blocks(of: raw.inode(8)) + folders + others + data
        #expect(folders.count == 2 + 7 && others.count == Self.names.count + 1)
        #expect(data.count == 7 * 3 + 5 * 2)
        // All of them in one go, right behind the inode table of the one group.
        #expect(all == Array(all[0]..<all[0] + UInt64(all.count)))
        let first = raw.descriptor(0).block(low: 8, high: 0x28) + UInt64(raw.inodesPerGroup / 16)
        #expect(all[0] == first)
    }

    @Test func `the order in which the tree was listed leaves no trace`() async throws {
        let first = try await BuiltImage.make(sketches(Self.names))
        let second = try await BuiltImage.make(sketches(Self.names.reversed()))
        try await Shell.run("cmp '\(first.path)' '\(second.path)'")
    }

    @Test func `names in a hash tree stand in the order of their hashes`() async throws {
        let names = (0..<700).map { "name-\($0 * 7_919)-of-some-length" } + ["\u{E9}t\u{E9}", "~"]
        let image = try await BuiltImage.make([.folder("wide", names.map { .file($0) })])
        let wide = try #require(image.raw.lookUp("wide"))
        #expect(wide.isHashed)
        let found = image.raw.blocks(of: wide).dropFirst().flatMap {
            image.raw.entries(inBlock: $0)
        }.filter { $0.inode != 0 }.map(\.text)
        #expect(found.count == names.count)
        // debugfs prints "Hash of NAME is 0xHASH (minor 0xMINOR)".
        let seed = try #require(try await image.header()["Directory Hash Seed"])
        let requests = found.map { "dx_hash -h half_md4 -s \(seed) \($0)" }
        try await Shell.write(
            Array((requests.joined(separator: "\n") + "\n").utf8),
            to: image.folder["requests"])
        let answers = try await Shell.run("debugfs -f requests 2>&1", in: image.folder.path)
        let hashes = answers.split(separator: "\n").compactMap { line -> String? in
            guard let range = line.firstRange(of: " is 0x") else { return nil }
            let words = line[range.upperBound...].split(separator: " ")
            let minor = words.last.map { $0.dropFirst(2).dropLast() } ?? ""
            // debugfs prints no leading zeros.
            return [words[0], minor].map { (word: Substring) in
                String(repeating: "0", count: 8 - word.count) + word
            }.joined()
        }
        #expect(hashes.count == found.count)
        #expect(hashes == hashes.sorted())
    }
}

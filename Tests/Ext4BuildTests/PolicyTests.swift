import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// Rule 8 of the canonical image: owners, attributes and hard links as asked for, not as they are.
@Suite struct PolicyTests {
    private let folder: ScratchFolder

    init() async throws {
        folder = try ScratchFolder()
        try await Shell.run(
            """
            mkdir -p t/sub; printf same > t/a; ln t/a t/b; printf same > t/c; printf else > t/sub/d
            touch -d @77 t/a t/c t/sub/d; chmod 640 t/sub/d
            setfattr -n user.note -v text t/a
            if [ $(id -u) = 0 ]; then chown -h 1234:70000 t/a t/sub/d; fi
            """, in: folder.path)
    }

    private func image(_ change: (inout SourceList) -> Void) async throws -> BuiltImage {
        var sources = SourceList()
        sources.root = folder["t"]
        change(&sources)
        let tree = try await sources.assemble(jobs: 2).tree
        return try await BuiltImage.make(tree)
    }

    /// Inode numbers of files, the first one being 1: who is one with whom.
    private func pattern(_ image: BuiltImage, _ names: [String]) throws -> [Int] {
        let numbers = try names.map { try #require(image.raw.lookUp($0)).number }
        return numbers.map { number in (numbers.firstIndex(of: number) ?? -1) + 1 }
    }

    @Test func `everything is root's unless owners are kept`() async throws {
        let plain = try await image { _ in }
        #expect(plain.inodes.allSatisfy { $0.uid == 0 && $0.gid == 0 })
        try #require(isRoot, "needs files that are not root's")
        let kept = try await image { $0.owner = .keep }
        let file = try #require(kept.raw.lookUp("sub/d"))
        #expect(file.uid == 1_234 && file.gid == 70_000 && file.mode == 0o100640)
    }

    @Test func `attributes are left out unless asked for`() async throws {
        let plain = try await image { _ in }
        #expect(plain.inodes.allSatisfy { $0.attributeBlock == 0 && $0.bytes.u32(160) == 0 })
        let wanted = try AttributePatterns(["user.*"])
        let kept = try await image { $0.attributes = wanted }
        let listed = try await Shell.run("debugfs -R 'ea_list /a' '\(kept.path)' 2>/dev/null")
        #expect(listed.contains("user.note (4) = \"text\""))
    }

    @Test func `hard links are kept, split or made by content`() async throws {
        let names = ["a", "b", "c", "sub/d"]
        let kept = try await image { _ in }
        #expect(try pattern(kept, names) == [1, 1, 3, 4])
        let split = try await image { $0.hardLinks = .split }
        #expect(try pattern(split, names) == [1, 2, 3, 4])
        let counts = try names.map { try #require(split.raw.lookUp($0)).linkCount }
        #expect(counts == [1, 1, 1, 1])
        let shared = try await image { $0.hardLinks = .share }
        #expect(try pattern(shared, names) == [1, 1, 1, 4])
        #expect(try #require(shared.raw.lookUp("a")).linkCount == 3)
    }

    @Test func `sharing and splitting do not see what the host has linked`() async throws {
        for policy in [HardLinkPolicy.share, .split] {
            let linked = try await image { $0.hardLinks = policy }
            try await Shell.run(
                "rm -rf copy; cp -r --preserve=all --no-preserve=links t copy",
                in: folder.path)
            let copied = try await image {
                $0.hardLinks = policy
                $0.root = folder["copy"]
            }
            try await Shell.run("cmp '\(linked.path)' '\(copied.path)'")
        }
    }

    @Test func `what differs in mode, time, owner or attributes is not shared`() async throws {
        let plain = Sketch.file("", [1, 2, 3])
        var sketches = [
            plain, plain, plain.with(owner: 0, 0, mode: 0o600),
            plain.with(owner: 5, 0, mode: 0o644), plain.with(owner: 0, 5, mode: 0o644),
            plain.with(owner: 0, 0, mode: 0o644, modified: 7),
            plain.with(attributes: [("user.x", [1])]), Sketch.file("", [1, 2, 4]),
            Sketch.file(""), Sketch.file(""),
        ]
        for index in sketches.indices { sketches[index].name = Array("\(index)".utf8) }
        var tree = SourceTree(sketches)
        try ContentSharing.apply(to: &tree, latestTime: 100, jobs: 2)
        let image = try await BuiltImage.make(tree)
        let names = sketches.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(try pattern(image, names) == [1, 1, 3, 4, 5, 6, 7, 8, 9, 10])
    }

    @Test func `a time that the image has not is no difference`() async throws {
        var sketches = [1_000, 2_000, 3_000].map {
            Sketch.file("", [1, 2, 3]).with(owner: 0, 0, mode: 0o644, modified: $0)
        }
        for index in sketches.indices { sketches[index].name = Array("\(index)".utf8) }
        let cases: [(Int64?, [Int])] = [(nil, [1, 1, 1]), (1, [1, 1, 1]), (2_500, [1, 2, 3])]
        for (latest, expected) in cases {
            var tree = SourceTree(sketches)
            try ContentSharing.apply(to: &tree, latestTime: latest, jobs: 2)
            #expect(try pattern(await BuiltImage.make(tree), ["0", "1", "2"]) == expected)
        }
    }

    @Test func `a file of more than 65,000 names goes on as a copy`() async throws {
        let names = (0..<65_002).map { Sketch.file("\($0)", [7]).with(linkGroup: 1) }
        let image = try await BuiltImage.make([.folder("f", names)])
        let files = image.inodes.filter { $0.mode & 0xF000 == 0x8000 && $0.number > 10 }
        #expect(files.map(\.linkCount) == [65_000, 2])
    }
}

import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// How directories and attributes are divided.
@Suite struct ShapeUnitTests {
    private let seed = ImageIdentity().hashSeed

    @Test(arguments: [(338, 1), (339, 3), (544, 3), (545, 4)])
    func `a directory takes as many blocks as its names need`(count: Int, blocks: Int) throws {
        let tree = SourceTree((0..<count).map { .file(String(1_000 + $0)) })
        let shape = try DirectoryShape(0, in: tree, hashSeed: seed)
        #expect(shape.blockCount == blocks)
    }

    @Test func `507 leaves hang from the root, and one more needs nodes`() {
        func tree(_ leaves: Int) -> DirectoryShape.HashTree {
            let names = SourceTree(
                (0..<leaves * 12).map { index in
                    // 255 bytes each: 264 with the head, of which twelve fill a leaf.
                    .file(String(repeating: "n", count: 249) + String(100_000 + index))
                })
            return DirectoryShape.HashTree(names.nodes[0].children, in: names, hashSeed: seed)
        }
        let full = tree(507)
        #expect(full.leaves.count == 507 && full.nodeBlockCount == 0 && full.blockCount == 508)
        let more = tree(508)
        #expect(more.leaves.count == 508 && more.nodeBlockCount == 1 && more.blockCount == 510)
        let most = tree(1_021)
        #expect(most.nodeBlockCount == 3 && most.blockCount == 1 + 3 + 1_021)
    }

    /// Two names with one half MD4 hash under the default seed (`debugfs -R 'dx_hash …'`).
    private let twins = ["bc53", "ebea"]

    @Test func `a leaf that begins with the hash that the last one ended with says so`()
        async throws
    {
        // 272 entries of 12 bytes fill a leaf: 271 lower ones put the border between the twins.
        let names = (0..<2_000).map { String(1_000 + $0) }
        let all = SourceTree((names + twins).map { .file($0) })
        let order = DirectoryShape.HashTree(all.nodes[0].children, in: all, hashSeed: seed)
            .nodes.map { String(decoding: all.name(of: Int($0)), as: UTF8.self) }
        let place = try #require(order.firstIndex { twins.contains($0) })
        #expect(twins.contains(order[place + 1]))
        let chosen = order[(place - 271)...]
        let tree = SourceTree(chosen.map { .file($0) })
        let shape = DirectoryShape.HashTree(tree.nodes[0].children, in: tree, hashSeed: seed)
        #expect(shape.leaves[1].first == 272)
        #expect(shape.leaves[1].hash == 0x511C_213A | 1)
        #expect(shape.leaves.filter { $0.hash & 1 == 1 }.count == 1)

        let image = try await BuiltImage.make([.folder("f", chosen.map { .file($0) })])
        for twin in twins {
            let found = try await Shell.run("debugfs -R 'stat /f/\(twin)' '\(image.path)' 2>&1")
            #expect(found.contains("Type: regular"))
        }
    }

    private func shape(_ attributes: [(String, Int)]) throws -> AttributeShape {
        try AttributeShape(
            attributes.map { name, size in
                ExtendedAttribute(
                    name: Array(name.utf8), value: [UInt8](repeating: 1, count: size))
            }, path: EscapedName("/f".utf8))
    }

    @Test func `attributes fill the inode first, and then one block`() throws {
        // 8 of the 96 bytes are the head and the end; an entry of a one-letter name has 20.
        let full = try shape([("user.a", 68)])
        #expect(full.inInode.count == 1 && full.inBlock.isEmpty)
        let over = try shape([("user.a", 69)])
        #expect(over.inInode.isEmpty && over.inBlock.count == 1)
        let later = try shape([("user.a", 69), ("user.bb", 60)])
        #expect(later.inInode.map(\.name) == [Array("bb".utf8)])
        _ = try shape([("user.a", 4_096 - 36 - 20)])
        #expect(throws: PlanError.self) { try shape([("user.a", 4_096 - 36 - 19)]) }
    }

    @Test func `attributes stand in the kernel's order`() throws {
        let names = ["security.a", "user.bb", "user.c", "user.a", "trusted.z"]
        let items = try shape(names.map { ($0, 0) }).inInode
        #expect(items.map(\.nameIndex) == [1, 1, 1, 4])
        #expect(items.map { String(decoding: $0.name, as: UTF8.self) } == ["a", "c", "bb", "z"])
    }

    @Test(arguments: ["system.nfs4_acl", "user.", "other", "btrfs.compression"])
    func `a name that ext4 has no place for is refused`(name: String) {
        #expect(throws: PlanError.self) { try shape([(name, 1)]) }
    }
}

/// What the scan finds in contents.
@Suite struct ContentScanTests {
    @Test func `runs are the same whatever the host stores`() async throws {
        let folder = try ScratchFolder()
        try await Shell.run(
            """
            block() { head -c 4096 /dev/zero | tr '\\0' "$1"; }
            { block x; block '\\0'; block '\\0'; block y; printf end; } > a
            cp --sparse=always a b; truncate -s 300K c; printf z | dd of=c bs=1 seek=262144 conv=notrunc
            truncate -s 1G d; printf q | dd of=d bs=1 seek=$((1 << 30)) conv=notrunc; : > e
            head -c 12288 /dev/zero > f; truncate -s 2T g
            """, in: folder.path)
        var sources = SourceList()
        sources.root = folder.path
        let tree = try await sources.assemble(jobs: 1).tree
        let order = FileOrder(tree)
        for jobs in [1, 2, 3] {
            let map = try ContentScan(tree, order).run(jobs: jobs)
            func runs(_ name: String) throws -> [[UInt32]]? {
                let node = try #require(tree.node(at: Array(name.utf8)))
                return map.sparseRuns(of: Int(order.fileOfNode[node])).map { runs in
                    runs.map { [$0.start, $0.count] }
                }
            }
            #expect(try runs("a") == [[0, 1], [3, 2]])
            #expect(try runs("b") == [[0, 1], [3, 2]])
            #expect(try runs("c") == [[64, 1]])
            #expect(try runs("d") == [[262_144, 1]])
            #expect(try runs("e") == nil)
            #expect(try runs("f") == [])
            #expect(try runs("g") == [])
        }
    }
}

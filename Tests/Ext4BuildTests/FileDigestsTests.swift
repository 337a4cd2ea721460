import Golden
import SystemPackage
import Testing

@testable import Ext4Build
@testable import SourceTree

/// Contents' digests from the leaves of an image in its own order, where files lie in pieces.
@Suite struct FileDigestsTests {
    /// Files in an image that they nearly fill: planned, never written.
    private func plan() throws -> Plan {
        let megabyte: UInt64 = 1 << 20
        // The third fills what the first two have left of their gaps, before and behind the second.
        let sizes: [(String, UInt64)] = [
            ("1 first", 100 * megabyte), ("2 second", 240 * megabyte + 1),
            ("3 pieces", 283 * megabyte), ("4 holes", 5 * megabyte), ("5 empty", 0),
            ("6 sparse", 300 * 4_096 - 5), ("7 one", 1), ("8 span", 128 * 4_096),
            ("9 more", 129 * 4_096),
        ]
        let tree = SourceTree(
            sizes.map { name, size in
                var file = Sketch.file(name)
                file.host = ("/dev/null", size)
                return file
            } + [.folder("folder"), .link("link", to: "1 first")])
        let order = FileOrder(tree)
        let file = { (name: String) throws -> UInt32 in
            let node = try #require(
                (0..<tree.nodes.count).first { Array(tree.name(of: $0)) == Array(name.utf8) })
            return order.fileOfNode[node]
        }
        let data = DataMap(sparse: [
            try file("4 holes"): [],
            try file("6 sparse"): [
                .init(start: 1, count: 2), .init(start: 127, count: 2), .init(start: 299, count: 1),
            ],
        ])
        var options = ImageOptions()
        options.size = 5 * 32_768 * 4_096
        (options.freeBytes, options.freeInodes, options.journal) = (0, 0, .none)
        return try Planner(tree, order, data, options).plan()
    }

    /// A leaf of its own for each block of an image.
    private func leaf(_ block: UInt64) throws -> SHA256Digest {
        var bytes = [UInt8](repeating: 1, count: SHA256Digest.byteCount)
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: block >> (8 * index)) }
        return try #require(SHA256Digest(bytes))
    }

    @Test func `a file has its own leaves, wherever they lie`() throws {
        let plan = try plan()
        let files = (0..<plan.fileCount).filter { plan.holdsData($0) }
        let isSplit = files.contains { file in
            zip(plan.extents(ofFile: file), plan.extents(ofFile: file).dropFirst()).contains {
                let gap = $0.blocks.upperBound..<$1.blocks.lowerBound
                return files.contains { other in
                    other != file
                        && plan.extents(ofFile: other).contains { gap.overlaps($0.blocks) }
                }
            }
        }
        #expect(isSplit, "the plan has no file around another one")

        var digests = FileDigests(plan)
        let leaves = try (0..<plan.geometry.blockCount).map(leaf)
        for (block, leaf) in leaves.enumerated() { digests.add(UInt64(block), leaf) }
        let found = digests.finish()
        for file in 0..<plan.fileCount {
            let node = plan.tree.nodes[Int(plan.order.nodes[file])]
            guard node.kind == .regular, node.size > 0 else {
                #expect(found[file] == nil)
                continue
            }
            var content = ContentRoot(byteCount: node.size)
            for extent in plan.extents(ofFile: file) {
                for index in 0..<UInt64(extent.count) {
                    content.add(
                        leaves[Int(extent.imageBlock + index)],
                        page: UInt64(extent.fileBlock) + index)
                }
            }
            #expect(found[file] == content.finish())
        }
    }
}

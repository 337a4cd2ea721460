import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// Rule 5 of the canonical image: a directory of more than one block is a hash tree.
@Suite struct DirectoryTests {
    private static let fits = (4_084 - 24) / 12

    @Test(arguments: [0, 1, fits - 1, fits])
    func `what fits into one block stays a list`(count: Int) async throws {
        let names = (0..<count).map { Sketch.file(String(1_000 + $0)) }
        let image = try await BuiltImage.make([.folder("f", names)])
        let folder = try #require(image.raw.lookUp("f"))
        #expect(!folder.isHashed)
        #expect(folder.size == 4_096)
        #expect(image.raw.names(in: folder).count == count)
    }

    @Test(arguments: [fits + 1, 2_000])
    func `one name more makes a hash tree`(count: Int) async throws {
        let names = (0..<count).map { Sketch.file(String(1_000 + $0)) }
        let image = try await BuiltImage.make([.folder("f", names)])
        let folder = try #require(image.raw.lookUp("f"))
        #expect(folder.isHashed)
        // Four fifths of each leaf are filled: 4,084 less 819, in entries of 12 or 16 bytes.
        let leaves = image.raw.blocks(of: folder).dropFirst().map { block in
            image.raw.entries(inBlock: block).filter { $0.inode != 0 }.reduce(0) {
                $0 + (8 + $1.name.count + 3) / 4 * 4
            }
        }
        #expect(leaves.allSatisfy { $0 <= 4_084 - 819 })
        #expect(leaves.dropLast().allSatisfy { $0 > 4_084 - 819 - 16 })
        let root = image.raw.block(image.raw.blocks(of: folder)[0])
        // Half MD4, a head of 8 bytes, no level between root and leaves.
        #expect(Array(root[24..<32]) == [0, 0, 0, 0, 1, 8, 0, 0])
        #expect(root.u16(32) == 507 && Int(root.u16(34)) == leaves.count)
    }

    @Test func `200,000 names make a tree of two levels, and all of them are found`() async throws {
        let names = (0..<200_000).map { Sketch.file("entry-number-\($0)-of-two-hundred-thousand") }
        let image = try await BuiltImage.make([.folder("f", names)])
        let folder = try #require(image.raw.lookUp("f"))
        let blocks = image.raw.blocks(of: folder)
        #expect(image.raw.block(blocks[0])[30] == 1)
        let log = try await Shell.run(
            """
            debugfs -R 'htree_dump /f' '\(image.path)' 2>/dev/null | grep -c '^Entry #'
            for n in 0 1 99999 199999; do
                debugfs -R "stat /f/entry-number-$n-of-two-hundred-thousand" '\(image.path)' 2>&1 |
                    grep -o 'Type: regular'
            done
            """)
        let lines = log.split(separator: "\n")
        #expect(
            lines.dropFirst() == [
                "Type: regular", "Type: regular", "Type: regular", "Type: regular",
            ])
        // The dump names every block below the root twice: in its parent's list, and before its own.
        #expect(Int(lines[0]) == 2 * (blocks.count - 1))
        #expect(image.raw.names(in: folder).count == 200_000)
    }

    @Test func `65,000 subdirectories and more are counted as the kernel counts them`()
        async throws
    {
        for (count, links) in [(64_997, 64_999), (64_998, 65_000), (64_999, 1)] {
            let tree = SourceTree([.folder("f", (0..<count).map { .folder("\($0)") })])
            let plan = try BuiltImage.plan(tree, .small)
            let file = try #require(
                (0..<plan.fileCount).first {
                    plan.tree.name(of: Int(plan.order.nodes[$0])).elementsEqual("f".utf8)
                })
            #expect(Int(plan.linkCount(ofFile: file)) == links)
        }
    }

    @Test(arguments: [64_998, 65_001])
    func `a folder of so many folders is clean`(count: Int) async throws {
        let image = try await BuiltImage.make([.folder("f", (0..<count).map { .folder("\($0)") })])
        let folder = try #require(image.raw.lookUp("f"))
        #expect(Int(folder.linkCount) == (count == 64_998 ? 65_000 : 1))
        #expect(image.raw.names(in: folder).count == count)
    }
}

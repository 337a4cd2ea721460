import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// The size is a promise: the image has the free blocks and inodes that were planned, enough of them,
/// and would not have them if it were smaller.
@Suite struct SizePromiseTests {
    /// Sizes of one block of difference on both sides of every place where something changes.
    static let sizes: [UInt64] = {
        let groups: [UInt64] = [1, 2, 3, 16, 17, 40]
        let distances: [Int64] = [-1, 0, 1, 60, 600, 1_500]
        let edges = groups.flatMap { group in
            distances.map { UInt64(Int64(group * 32_768) + $0) }
        }
        return [2_048, 8_191, 8_192, 10_000] + edges
    }()

    @Test(arguments: sizes)
    func `an image of any size is clean and as planned`(blocks: UInt64) async throws {
        let options = ImageOptions.small.with {
            $0.size = blocks * 4_096
            $0.freeBytes = 64 << 10
        }
        let image = try await BuiltImage.make([.folder("d", [.file("f", [1])])], options)
        #expect(image.raw.byteCount == blocks * 4_096)
        // A last group that cannot hold its own structures is left out, as mke2fs does.
        #expect(image.plan.geometry.blockCount <= blocks)
        #expect(image.plan.geometry.blockCount > blocks - 1_500 || blocks < 32_768)
        #expect(image.plan.slack.usableBytes >= 64 << 10)
    }

    /// How many groups trees of so many blocks of data and so many files come to.
    static let loads: [(blocks: Int, files: Int)] = [
        (0, 1), (100, 10), (31_000, 3), (32_000, 100), (33_000, 10), (60_000, 30),
        (130_000, 10), (10, 3_000), (300_000, 20),
    ]

    /// A planner for files that nothing reads: their size is all that counts.
    private struct Load {
        let tree: SourceTree
        let order: FileOrder

        init(blocks: Int, files: Int) throws {
            let sketches = (0..<files).map { index in
                var sketch = Sketch.file("\(index)")
                let size = blocks / files + (index < blocks % files ? 1 : 0)
                sketch.host = (path: Self.path, size: UInt64(size) * 4_096)
                return sketch
            }
            tree = try BuiltImage.assembly(SourceTree([.folder("d", sketches)])).tree
            order = FileOrder(tree)
        }

        private static let path = FilePath("/nonexistent")

        func plan(_ options: ImageOptions) throws(PlanError) -> Plan {
            try Planner(tree, order, DataMap(sparse: [:]), options).plan()
        }
    }

    @Test(arguments: loads)
    func `no smaller image keeps the promise`(blocks: Int, files: Int) throws {
        let load = try Load(blocks: blocks, files: files)
        for alignment in [UInt64(4_096), 1 << 20, 7 << 20] {
            let options = ImageOptions().with { $0.alignment = alignment }
            let best = try load.plan(options)
            #expect(best.byteCount % alignment == 0)
            #expect(best.slack.usableBytes >= options.freeBytes)
            #expect(best.slack.freeInodes >= options.freeInodes)
            let same = try load.plan(options.with { $0.size = best.byteCount })
            #expect(same.slack == best.slack && same.geometry == best.geometry)
            // Smaller multiples, one after the other.
            let steps = min(best.byteCount / alignment - 1, alignment == 4_096 ? 40 : 8)
            #expect(steps > 0)
            for step in 1...steps {
                let size = best.byteCount - step * alignment
                #expect(throws: PlanError.tooSmall(asked: size, needed: best.byteCount)) {
                    try load.plan(options.with { $0.size = size })
                }
            }
        }
    }

    @Test func `--size that is too small says by how much, and that much more is enough`() throws {
        let options = ImageOptions().with { $0.alignment = 4_096 }
        let load = try Load(blocks: 5_000, files: 10)
        do {
            _ = try load.plan(options.with { $0.size = 8 << 20 })
            Issue.record("8 MiB cannot hold 20 MiB")
        } catch PlanError.tooSmall(let asked, let needed) {
            #expect(asked == 8 << 20)
            let enough = try load.plan(options.with { $0.size = needed })
            #expect(enough.byteCount == needed)
            #expect(throws: PlanError.self) {
                try load.plan(options.with { $0.size = needed - 4_096 })
            }
        }
    }

    /// From 32,768 blocks on the journal takes 12 MiB more, so that a larger image can hold less.
    @Test func `--size that is too small although a smaller one is not says what is enough`() throws
    {
        let load = try Load(blocks: 1, files: 1)
        let options = ImageOptions().with {
            $0.alignment = 4_096
            $0.freeBytes = 118 << 20
        }
        let least = try load.plan(options).byteCount
        #expect(least < 128 << 20)
        for asked: UInt64 in [128 << 20, 132 << 20] {
            do {
                _ = try load.plan(options.with { $0.size = asked })
                Issue.record("\(asked) bytes cannot hold a larger journal too")
            } catch PlanError.tooSmall(_, let needed) {
                #expect(needed > asked)
                let enough = try load.plan(options.with { $0.size = needed })
                #expect(enough.byteCount == needed)
                #expect(throws: PlanError.tooSmall(asked: needed - 4_096, needed: needed)) {
                    try load.plan(options.with { $0.size = needed - 4_096 })
                }
            }
        }
    }

    @Test func `promises beyond 16 TiB are refused and not waited for`() throws {
        let load = try Load(blocks: 1, files: 1)
        for bytes: UInt64 in [16 << 40, .max] {
            #expect(throws: PlanError.self) {
                try load.plan(ImageOptions().with { $0.freeBytes = bytes })
            }
        }
        let large = try load.plan(ImageOptions().with { $0.freeBytes = 200 << 30 })
        #expect(large.slack.usableBytes >= 200 << 30)
    }

    @Test func `free inodes are free, whatever their number`() async throws {
        for count: UInt64 in [0, 1, 15, 16, 17, 2_048, 40_000, 400_000] {
            let options = ImageOptions.small.with { $0.freeInodes = count }
            let image = try await BuiltImage.make([.file("f")], options)
            #expect(image.plan.slack.freeInodes >= count)
        }
    }

    @Test func `the kinds of blocks and the free ones add up to the image`() async throws {
        let image = try await BuiltImage.make(
            [
                .folder("wide", (0..<600).map { .file("name-\($0)", [1]) }),
                .link("slow", to: String(repeating: "t", count: 99)),
                .file(
                    "holes",
                    (0..<4_000).map { UInt8($0 % 2) }.flatMap {
                        [UInt8](repeating: $0, count: 4_096)
                    }),
            ])
        let usage = image.plan.usage
        #expect(usage.directories == 1 + 1 + 4)
        #expect(
            usage.data == 600 + 2_000 && usage.extentTrees == 7 && usage.linksAndAttributes == 1)
        let used =
            usage.fileSystem + usage.inodeTables + usage.journal + usage.directories
            + usage.linksAndAttributes + usage.extentTrees + usage.data
        #expect(used + image.plan.slack.freeBlocks == image.plan.geometry.blockCount)
    }
}

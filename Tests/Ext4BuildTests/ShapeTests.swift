import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// Everything a tree can hold, and the edges of it: `e2fsck -fn` has nothing to say about any image,
/// and each has exactly the free blocks and inodes that were planned.
@Suite struct ShapeTests {
    /// One kind of tree.
    struct Shape: Sendable, CustomTestStringConvertible {
        let name: String
        let children: @Sendable () -> [Sketch]

        init(_ name: String, _ children: @escaping @Sendable () -> [Sketch]) {
            self.name = name
            self.children = children
        }

        var testDescription: String { name }
    }

    private static let shapes: [Shape] = [
        Shape("nothing") { [] },
        Shape("empty files") { (0..<100).map { .file("\($0)") } },
        Shape("1,200 levels") {
            (0..<1_200).reduce([Sketch.file("end", [1])]) { below, _ in [.folder("d", below)] }
        },
        Shape("5,000 small files in 50 folders") {
            (0..<50).map { folder in
                .folder(
                    "\(folder)",
                    (0..<100).map { .file("\($0)", [UInt8](repeating: 3, count: $0 * 50 + 1)) })
            }
        },
        Shape("3,000 files that are links of long targets") {
            (0..<3_000).map { .link("\($0)", to: String(repeating: "/t", count: $0 % 2_000 + 1)) }
        },
        Shape("targets of 59, 60 and 4,095 bytes") {
            [59, 60, 4_095].map { .link("\($0)", to: String(repeating: "t", count: $0)) }
        },
        Shape("names of 255 bytes and of every byte") {
            (0..<200).map { .file(String(repeating: "n", count: 252) + "\(100 + $0)") }
                + (1..<256).filter { $0 != 0x2F && $0 != 0x2E }.map { byte in
                    var sketch = Sketch.file("", [1])
                    sketch.name = [UInt8(byte)]
                    return sketch
                }
        },
        Shape("devices with small and large numbers") {
            let numbers: [UInt64] = [
                0, 0x0103, 0xFFFF, 0x10_0000, 0xFFF_FFF0_00FF, 0xFFF_FFFF_FFFF,
            ]
            return numbers.flatMap { number -> [Sketch] in
                [
                    .device("c\(number)", .characterDevice, number),
                    .device("b\(number)", .blockDevice, number),
                ]
            } + [.device("fifo", .fifo, 0), .device("socket", .socket, 0)]
        },
        Shape("owners and modes of every width") {
            [(0, 65_535), (65_536, 1), (4_294_967_294, 70_000)].enumerated().map { index, owner in
                Sketch.file("\(index)").with(owner: owner.0, owner.1, mode: 0o7777)
            }
        },
        Shape("extent trees of one level") {
            (3...6).map { .file("\($0)", alternating($0)) } + [.file("340", alternating(340))]
        },
        Shape("extent trees of two levels") {
            [.file("1360", alternating(1_360)), .file("1361", alternating(1_361))]
        },
        Shape("attributes in the inode and in a block") {
            let sizes = [0, 1, 60, 61, 64, 65, 100, 2_000, 3_900]
            return sizes.map { size in
                Sketch.file("\(size)", [1]).with(attributes: [
                    ("user.a", [UInt8](repeating: 1, count: size)), ("trusted.b", [2]),
                    ("security.capability", Array(hex: "0100000200200000000000000000000000000000")),
                    ("user.\u{E9}t\u{E9}", [3, 4]),
                ])
            }
                + [
                    Sketch.folder("acl").with(attributes: [
                        ("system.posix_acl_access", accessControlList),
                        ("system.posix_acl_default", accessControlList),
                    ]),
                    Sketch.link("link", to: "x").with(attributes: [("trusted.l", [1])]),
                    Sketch.device("device", .blockDevice, 1).with(attributes: [("trusted.d", [1])]),
                ]
        },
        Shape("hard links across folders") {
            [
                .folder(
                    "a", (0..<50).map { .file("\($0)", [1]).with(linkGroup: UInt32($0 % 7 + 1)) }),
                .folder(
                    "b", (0..<50).map { .file("\($0)", [1]).with(linkGroup: UInt32($0 % 7 + 1)) }),
                Sketch.link("l1", to: "x").with(linkGroup: 9),
                Sketch.link("l2", to: "x").with(linkGroup: 9),
                Sketch.device("f1", .fifo, 0).with(linkGroup: 10),
                Sketch.device("f2", .fifo, 0).with(linkGroup: 10),
            ]
        },
        Shape("a lost+found of its own, with something in it") {
            [.folder("lost+found", [.file("#12", [1])])]
        },
    ]

    /// So many blocks of data with a hole before each.
    private static func alternating(_ count: Int) -> [UInt8] {
        (0..<count * 2).flatMap { [UInt8](repeating: $0 % 2 == 0 ? 0 : 0x41, count: 4_096) }
    }

    /// user::rwx user:1000:r-x group::r-x mask::r-x other::---, as getxattr gives it.
    private static let accessControlList = Array(
        hex: "02000000" + "01000700ffffffff" + "02000500e8030000" + "04000500ffffffff"
            + "10000500ffffffff" + "20000000ffffffff")

    @Test(arguments: shapes)
    func `an image is clean and as planned`(shape: Shape) async throws {
        let image = try await BuiltImage.make(shape.children())
        #expect(image.plan.fileCount > 1)
        var options = ImageOptions.small
        options.journal = .none
        options.alignment = 4_096
        options.reservedPercent = 0
        options.timeStamps = .clamp
        let tight = try await BuiltImage.make(shape.children(), options)
        #expect(tight.plan.byteCount <= image.plan.byteCount)
    }

    @Test func `a sparse file of more than 4 GiB has its data where it belongs`() async throws {
        let folder = try ScratchFolder()
        try await Shell.run(
            """
            truncate -s 5368709121 huge
            for at in 0 4294967295 5368709120; do
                printf X | dd of=huge bs=1 seek=$at conv=notrunc status=none
            done
            """, in: folder.path)
        var sketch = Sketch.file("huge")
        sketch.host = (folder["huge"], 5_368_709_121)
        let image = try await BuiltImage.make([sketch])
        let file = try #require(image.raw.lookUp("huge"))
        #expect(file.size == 5_368_709_121)
        let extents = image.raw.map(of: file).extents
        #expect(extents.map(\.fileBlock) == [0, 1_048_575, 1_310_720])
        #expect(image.raw.block(extents[1].imageBlock)[4_095] == UInt8(ascii: "X"))
        #expect(image.plan.byteCount < 16 << 20)
    }

    @Test(arguments: [UInt32(1_024), 1_025, 5_000, 40_000])
    func `a journal may have any size from 4 MiB on`(blocks: UInt32) async throws {
        let image = try await BuiltImage.make([], .small.with { $0.journal = .blocks(blocks) })
        #expect(try await image.header()["Total journal blocks"] == "\(blocks)")
        let journal = image.raw.inode(8)
        #expect(journal.size == UInt64(blocks) * 4_096)
        // The superblock keeps a copy of the journal's map and size.
        let backup = Array(image.raw.superblock()[0x10C..<0x150])
        #expect(Array(backup[..<60]) == Array(journal.bytes[40..<100]))
        #expect(backup.u32(64) == UInt32(blocks) * 4_096)
        #expect(image.raw.superblock()[0xFD] == 1)
    }

    @Test func `journals that no kernel takes are refused`() throws {
        for blocks: UInt32 in [0, 1_023, 10_240_001] {
            #expect(throws: PlanError.self) {
                try emptyPlan(.small.with { $0.journal = .blocks(blocks) })
            }
        }
    }

    /// The plan of an empty tree, with the planner's own error.
    private func emptyPlan(_ options: ImageOptions) throws -> Plan {
        let tree = try BuiltImage.assembly(SourceTree([])).tree
        return try Planner(tree, FileOrder(tree), DataMap(sparse: [:]), options).plan()
    }
}

extension Array where Element == UInt8 {
    /// The bytes that pairs of hexadecimal digits name.
    init(hex: String) {
        let digits = hex.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}

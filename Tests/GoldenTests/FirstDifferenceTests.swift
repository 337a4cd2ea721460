import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Golden

/// Whose the first difference is said to be: only what differs there may be named.
@Suite struct FirstDifferenceTests {
    @Test func `a block of inodes is not said to hold a name that changed elsewhere`() async throws
    {
        let scene = try await Scene(
            change: """
                \(debugfs("sif <8> generation 77"))
                \(debugfs("sif /deep/numbers mode 0100600"))
                \(debugfs("sif /etc/hostname mode 0100600"))
                """)
        let first = try #require(try scene.verify().firstDifference)
        #expect(first.sentence.contains("block 0 of the inode table"))
        #expect(!first.owner.contains("/"), "\(first.owner)")
    }

    @Test func `a span names only classes that differ, and names that point into it`() async throws
    {
        for (hasNames, change, expected) in [
            (false, debugfs("sif /etc/hostname mtime @1700000000"), "blocks of inode-tables"),
            (true, debugfs("sif /etc/hostname mtime @1700000000"), "; /etc/hostname time: 1 in"),
            (false, Self.content, "blocks of data"),
            (true, Self.content, "; /deep/numbers content: "),
        ] {
            let scene = try await Scene(change: "rm b.blocks\n\(change)", tree: hasNames)
            let owner = try #require(try scene.verify().firstDifference?.owner)
            #expect(owner.contains(expected), "\(owner)")
            #expect(!owner.contains("superblock") && !owner.contains("journal"), "\(owner)")
        }
    }

    private static let content = """
        block=$(debugfs -R 'blocks /deep/numbers' b.img 2>/dev/null | cut -d' ' -f3)
        printf X | dd of=b.img bs=1 seek=$((block * 4096 + 5)) conv=notrunc status=none
        """

    @Test func `what only one image has counts whole, and its start is the first difference`()
        async throws
    {
        for (size, blocks) in [("+1M", 256), ("-1M", 256), ("+64", 1)] as [(String, UInt64)] {
            let scene = try await Scene(change: "truncate -s \(size) b.img")
            for against in [false, true] {
                let result = try scene.verify(against: against)
                #expect(result.extent?.blocks == blocks)
                #expect(result.causes.map(\.name) == [.geometry])
                #expect(result.firstDifference?.offset == (size == "-1M" ? 15 << 20 : 16 << 20))
                #expect(result.owners == [.init(name: "past-end", blocks: blocks)])
            }
        }
    }

    @Test func `two sizes with one root part at the end of the shorter`() async throws {
        let scene = try await Scene(change: "truncate -s +100 b.img")
        let golden = try scene.fixture.recording(scene.fixture.folder["b.img"])
        try GoldenStore.write(golden, to: scene.golden, replaces: true)
        try await Shell.run("truncate -s -50 b.img", in: scene.fixture.folder.path)
        let result = try scene.verify()
        #expect(result.root == golden.golden.root)
        #expect(result.causes.map(\.name) == [.geometry])
        #expect(result.firstDifference?.offset == (16 << 20) + 50)
    }

    @Test func `junk after the end is no matter of size`() async throws {
        let scene = try await Scene(change: "truncate -s +1M b.img; echo junk >> b.img")
        for against in [false, true] {
            #expect(
                try scene.verify(against: against).causes.map(\.name) == [.geometry, .residue])
        }
        let bare = try await Scene(change: "rm b.blocks; truncate -s +1M b.img; echo junk >> b.img")
        #expect(try bare.verify().causes.map(\.name) == [.geometry, .residue])
    }

    @Test func `what is no image of that size is said to be one of another`() async throws {
        let scene = try await Scene(change: "echo text > b.img")
        let result = try scene.verify()
        #expect(result.causes.map(\.name) == [.geometry, .unexplained])
        #expect(result.extent?.blocks == 4096)
    }

    @Test func `a whole disk is told from its part`() async throws {
        let scene = try await Scene(
            change: """
                truncate -s 20M disk
                printf 'label: dos\\nstart=2048, size=32768, type=83\\n' | sfdisk -q disk
                dd if=a.img of=disk bs=1M seek=1 conv=notrunc status=none; mv disk b.img
                """)
        #expect(try scene.verify().hints.contains { $0.contains("--partition") })
    }
}

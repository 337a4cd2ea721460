import Ext4Image
import ImageBytes
import SystemPackage
import TestKit
import Testing

@testable import Golden

/// Images that cannot be: the survey and the gate must come to an end with an answer.
@Suite struct HostileImageTests {
    /// Bends bytes where structures lie: superblock, descriptors, bitmaps, inodes, directories.
    @Test(arguments: 0..<8)
    func `no bent byte makes the survey trap`(seed: UInt64) async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image(
            "a.img", options: "-b 1024 -N 64", features: ",^metadata_csum,^has_journal",
            size: "4M")
        let survey = try fixture.survey(path)
        let owners = try #require(survey.owners)
        let metadata = owners.runs.filter {
            OwnerClassName(of: $0.first, in: owners.image) != .data
        }.map { Int($0.blocks.lowerBound) * 1024..<Int($0.blocks.upperBound) * 1024 }
        let file = try FileDescriptor.open(path, .readWrite)
        defer { try? file.close() }
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let content = try DigestFixture().bytes(of: path)
        for _ in 0..<40 {
            let place = metadata[next(metadata.count)]
            // Half of the time near the start of the run, where the fields are that steer.
            let reach = next(2) == 0 ? min(256, place.count) : place.count
            let offset = place.lowerBound + next(reach)
            let bent = [[0, 0xFF, 0x80, 1][next(4)] ^ (next(2) == 0 ? content[offset] : 0)]
            _ = try bent.withUnsafeBytes { try file.writeAll(toAbsoluteOffset: Int64(offset), $0) }
            let hurt = try fixture.survey(path)
            _ = try? Recording(of: hurt)
            let original = [content[offset]]
            _ = try original.withUnsafeBytes {
                try file.writeAll(toAbsoluteOffset: Int64(offset), $0)
            }
        }
    }

    @Test func `a directory that contains itself is an error, not a loop`() async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image(
            "a.img", then: "debugfs -w -R 'ln /deep /deep/er/again' a.img 2> /dev/null")
        let tree = try #require(try fixture.survey(path).tree)
        guard case .failure(let error) = tree, case .directoryTwice = error.reason else {
            Issue.record("\(tree)")
            return
        }
        #expect(error.path == "/deep/er/again")
    }

    @Test func `files that share blocks are an error, not endless reading`() async throws {
        let fixture = try ImageFixture()
        // Every extent of the small files leads to the blocks of the large one: more than there are.
        let path = try await fixture.image(
            "a.img", options: "-b 1024 -N 4096", size: "8M",
            setUp:
                "for i in $(seq 60); do echo $i > tree/small$i; done; head -c 300000 /dev/urandom > tree/large",
            then: """
                first=$(debugfs -R 'blocks /large' a.img 2> /dev/null | cut -d' ' -f1)
                for i in $(seq 60); do
                    echo "set_inode_field /small$i block[4] 290"
                    echo "set_inode_field /small$i block[5] $first"
                    echo "set_inode_field /small$i size 290000"
                done | debugfs -w -f - a.img > /dev/null 2>&1
                """)
        let tree = try #require(try fixture.survey(path).tree)
        #expect(throws: TreeError(path: "/", .blocksTwice)) { try tree.get() }
    }

    @Test func `an image that was cut is compared as far as it goes`() async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image("a.img", then: "truncate -s 1500000 a.img")
        let survey = try fixture.survey(path)
        #expect(survey.digest.byteCount == 1_500_000)
        #expect(survey.image != nil)
    }
}

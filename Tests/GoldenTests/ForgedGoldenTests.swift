import SystemPackage
import TestKit
import Testing

@testable import Golden

/// Goldens whose last line is right and whose other lines are not: whoever can write the file can
/// write that line.
@Suite struct ForgedGoldenTests {
    /// One line each that a person could change by hand, with the last line made right again.
    static let lies: [(String, String)] = [
        ("/^span 0/d", "\"span\" do not come to its \"root\""),
        ("s/^span 0 ..../span 0 AAAA/", "\"span\" do not come to its \"root\""),
        ("s/^root ..../root 0000/", "\"span\" do not come to its \"root\""),
        ("/^entry .*hostname/d", "\"entry\" do not come to its \"tree\""),
        ("s/^\\(entry .*\\)mode=0644/\\1mode=0600/", "\"entry\" do not come to its \"tree\""),
        ("s/^tree entries=/&1/", "\"entry\" do not come to its \"tree\""),
        ("s/s_mnt_count 0/s_mnt_count p/", "superblock s_mnt_count: p in the golden, 0 here"),
        ("s/^\\(class data blocks=\\)/\\11/", "classes, what belongs to data differs"),
        ("s/bg_used_dirs_count=/&1/", "groups, 1 fact differs"),
        ("s/bg_flags=\\(0x[0-9a-f]*\\)/& &/", "groups, the golden has the same facts"),
        ("/s_mnt_count/{h;d};/s_max_mnt_count/G", "superblock, the golden has the same facts"),
        ("/^class data/{h;d};/^class journal/G", "classes, the golden has the same facts"),
    ]

    @Test(arguments: lies)
    func `a golden that contradicts itself says nothing of any image`(
        edit: String, expected: String
    ) async throws {
        let fixture = try await gateFolder("sed -i '\(edit)' a.golden")
        let path = fixture.folder["a.golden"]
        let edited = try GoldenStore.read(path, limit: 1 << 20)
        try GoldenStore.writeFile(resigned(edited), to: path)
        let summary = try testGate().run([fixture.folder["a.img"]])
        #expect(summary.verifications.isEmpty)
        #expect(summary.troubles.first?.message.contains(expected) == true)
        #expect(summary.exitStatus == 2)
        #expect(summary.bisectStatus == 255)
    }

    @Test func `a count of hashes that is not theirs is told, and they are not used`() async throws
    {
        let fixture = try await gateFolder(
            "sed -i 's/^blocks count=/&1/' a.golden; tune2fs -L X a.img > /dev/null")
        let path = fixture.folder["a.golden"]
        let edited = try GoldenStore.read(path, limit: 1 << 20)
        try GoldenStore.writeFile(resigned(edited), to: path)
        let result = try #require(try testGate().run([fixture.folder["a.img"]]).verifications.first)
        #expect(result.warnings.contains { $0.contains("not the file that the golden names") })
        #expect(result.extent?.blocks == nil)
    }

    @Test func `hashes of the image that differs do not make no block differ`() async throws {
        let fixture = try await gateFolder("tune2fs -L X a.img > /dev/null")
        var golden = try GoldenStore.load(fixture.folder["a.golden"]).golden
        let other = try fixture.recording(fixture.folder["a.img"]).blocks.bytes
        let forged = other[..<24] + golden.root.bytes + other[56...]
        golden.blocks = .init(
            count: try #require(golden.blocks).count, digest: SHA256Digest(of: Array(forged)))
        try GoldenStore.writeFile(golden.text, to: fixture.folder["a.golden"])
        try GoldenStore.writeFile(Array(forged), to: fixture.folder["a.blocks"])
        let result = try #require(try testGate().run([fixture.folder["a.img"]]).verifications.first)
        #expect(result.warnings.isEmpty)
        #expect(result.verdict == .different)
        #expect(result.extent == .init(spans: 1, blocks: nil))
    }
}

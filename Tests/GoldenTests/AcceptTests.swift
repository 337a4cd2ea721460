import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@testable import Golden

/// What lies beside a golden when it is taken, and what waits after it was.
@Suite struct AcceptTests {
    @Test(arguments: ["echo junk > a.blocks.new", "rm a.blocks.new"])
    func `hashes that the golden does not name are not taken with it`(change: String) async throws {
        let fixture = try await gateFolder("tune2fs -L X a.img > /dev/null")
        _ = try testGate(leavesPending: true).run([fixture.folder["a.img"]])
        try await Shell.run(
            "sha256sum a.golden a.blocks > sums\n\(change)", in: fixture.folder.path)
        let review = try GoldenReview(fixture.folder["a.golden"])
        #expect(throws: StoreError.self) { try review.accept() }
        try await Shell.run("sha256sum --quiet --check sums", in: fixture.folder.path)
        #expect(GoldenReview.isPending(fixture.folder["a.golden"]))
    }

    @Test func `a golden without hashes leaves none beside it`() async throws {
        let fixture = try await gateFolder("tune2fs -L X a.img > /dev/null")
        _ = try testGate(leavesPending: true).run([fixture.folder["a.img"]])
        try await Shell.run("rm a.blocks a.blocks.new", in: fixture.folder.path)
        try GoldenReview(fixture.folder["a.golden"]).accept()
        #expect(try GoldenStore.load(fixture.folder["a.golden"]).blocks == nil)
    }

    @Test func `a name that matches nothing is an error`() async throws {
        let fixture = try await gateFolder()
        #expect(throws: StoreError.self) {
            try GoldenReview.requireGolden(fixture.folder["nope.golden"])
        }
        try GoldenReview.requireGolden(fixture.folder["a.golden"])
    }

    @Test func `what waits from an earlier run is told when all is well again`() async throws {
        let fixture = try await gateFolder("cp a.img b.img; tune2fs -L X b.img > /dev/null")
        var gate = try testGate(leavesPending: true)
        gate.golden = fixture.folder["a.golden"]
        _ = gate.run([fixture.folder["b.img"]])
        let hints = try #require(gate.run([fixture.folder["a.img"]]).verifications.first).hints
        #expect(hints.count == 1 && hints[0].contains("still waits"), "\(hints)")
        #expect(try GoldenReview.reject(fixture.folder["a.golden"]))
        #expect(gate.run([fixture.folder["a.img"]]).verifications.first?.hints == [])
    }

    @Test func `another image explains nothing`() async throws {
        let fixture = try await gateFolder(
            "cp a.img b.img; cp a.img c.img; tune2fs -L X b.img; tune2fs -L Y c.img")
        var gate = try testGate(leavesPending: true)
        gate.golden = fixture.folder["a.golden"]
        _ = gate.run([fixture.folder["b.img"]])
        let open = { (name: String) in try MappedImage(path: fixture.folder[name]) }
        #expect(throws: StoreError.self) {
            try GoldenReview(fixture.folder["a.golden"], evidence: .init(image: try open("c.img")))
        }
        #expect(throws: StoreError.self) {
            try GoldenReview(
                fixture.folder["a.golden"],
                evidence: .init(image: try open("b.img"), blessed: try open("c.img")))
        }
        let review = try GoldenReview(
            fixture.folder["a.golden"],
            evidence: .init(image: try open("b.img"), blessed: try open("a.img")))
        #expect(review.changes.causes.map(\.name) == [.label, .checksum])
        #expect(review.classes.map(\.name) == ["superblock"])
        #expect(review.differingSpans == 1)
    }
}

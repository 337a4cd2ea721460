import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@testable import Golden

/// A folder with a.img, its golden, and what `setUp` makes of them.
func gateFolder(_ setUp: String = "") async throws -> ImageFixture {
    let fixture = try ImageFixture()
    let image = try await fixture.image("a.img")
    try GoldenStore.write(
        try fixture.recording(image), to: fixture.folder["a.golden"], replaces: false)
    try await Shell.run("export E2FSPROGS_FAKE_TIME=1\n\(setUp)", in: fixture.folder.path)
    return fixture
}

func testGate(leavesPending: Bool = false) throws -> Gate {
    Gate(
        verifier: Verifier(jobs: 2, today: try #require(CalendarDay("2026-06-01"))),
        finder: GoldenFinder(folder: nil), leavesPending: leavesPending)
}

@Suite struct GateTests {
    @Test func `a golden is found by the image's name`() async throws {
        let fixture = try await gateFolder(
            "cp a.img c.img; zstd -q a.img; cp a.img d.img; cp a.golden d.img.golden; cp a.blocks d.img.blocks"
        )
        let names = ["a.img", "a.img.zst", "d.img", "c.img"]
        let summary = try testGate().run(names.map { fixture.folder[$0] })
        #expect(
            summary.verifications.map(\.verdict) == [.identical, .identical, .identical, .noGolden])
        #expect(summary.exitStatus == 5)
        #expect(summary.bisectStatus == 255)
    }

    @Test func `what was mixed up is named, and the others are verified all the same`() async throws
    {
        let fixture = try await gateFolder(
            "cp a.golden b.img; cp a.img b.golden; cp a.blocks c.img; cp a.img c.golden; cp a.img d.img; cp a.blocks d.golden"
        )
        let summary = try testGate().run(
            ["b.img", "d.img", "missing.img", "a.img"].map { fixture.folder[$0] })
        #expect(summary.verifications.map(\.verdict) == [.identical])
        #expect(summary.troubles.count == 3)
        #expect(summary.troubles[0].message.contains("not a golden: this is an ext4 image"))
        #expect(summary.troubles[1].message.contains("not a golden: this is a .blocks file"))
        #expect(summary.exitStatus == 2)
        var one = try testGate()
        one.golden = fixture.folder["a.golden"]
        let images = try #require(
            Optional(one.run(["b.img", "c.img"].map { fixture.folder[$0] })))
        #expect(
            images.troubles.map(\.message) == [
                ImageMixUp.golden.description, ImageMixUp.blocks.description,
            ])
        #expect(images.bisectStatus == 125)
    }

    @Test func `the hashes of another golden are told and not used`() async throws {
        let fixture = try await gateFolder("tune2fs -L X a.img > /dev/null")
        let other = try ImageFixture()
        let image = try await other.image("o.img", options: "-b 4096 -N 100")
        let recording = try other.recording(image)
        try GoldenStore.writeFile(recording.blocks.bytes, to: fixture.folder["a.blocks"])
        let summary = try testGate().run([fixture.folder["a.img"]])
        let result = try #require(summary.verifications.first)
        #expect(result.warnings.contains { $0.contains("belongs to another golden") })
        #expect(result.extent?.blocks == nil)
    }

    @Test func `hashes that somebody changed are told and not used`() async throws {
        let fixture = try await gateFolder(
            """
            tune2fs -L X a.img > /dev/null
            size=$(stat -c %s a.blocks)
            printf '\\x00\\xff' | dd of=a.blocks bs=1 seek=$((size - 2)) conv=notrunc status=none
            """)
        let result = try #require(try testGate().run([fixture.folder["a.img"]]).verifications.first)
        #expect(result.warnings.contains { $0.contains("not the file that the golden names") })
        #expect(result.extent?.blocks == nil)
    }

    @Test func `what waits keeps what a person said, and not what the image was built from`()
        async throws
    {
        let fixture = try await gateFolder("tune2fs -L X a.img > /dev/null")
        let path = fixture.folder["a.golden"]
        let digest = SHA256Digest(of: [1])
        let until = try #require(CalendarDay("2027-01-31"))
        let waiver = try #require(Waiver(subject: "slack", until: until, reason: "small"))
        var recording = try fixture.recording(fixture.folder["a.img"])
        recording.golden = try GoldenStore.load(path).golden
        recording.golden.inputs = .init(recipe: digest, sources: digest)
        recording.golden.layout = 1
        recording.golden.promise = .init(freeInodes: 1, freeBytes: 2)
        recording.golden.waivers = [waiver]
        try GoldenStore.writeFile(recording.golden.text, to: path)
        _ = try testGate(leavesPending: true).run([fixture.folder["a.img"]])
        let waiting = try GoldenReview(path).new
        #expect(waiting.inputs == nil && waiting.layout == nil)
        #expect(waiting.promise == recording.golden.promise)
        #expect(waiting.waivers == [waiver])
    }

    @Test func `a mismatch leaves a golden to review, and nothing else does`() async throws {
        let fixture = try await gateFolder(
            "cp a.img same.img; cp a.golden same.golden; cp a.blocks same.blocks; tune2fs -L X a.img > /dev/null"
        )
        let summary = try testGate(leavesPending: true).run(
            ["a.img", "same.img"].map { fixture.folder[$0] })
        #expect(summary.verifications.map(\.verdict) == [.different, .identical])
        #expect(GoldenReview.isPending(fixture.folder["a.golden"]))
        #expect(!GoldenReview.isPending(fixture.folder["same.golden"]))

        let review = try GoldenReview(fixture.folder["a.golden"])
        #expect(review.changes.causes.map(\.name) == [.label, .checksum])
        #expect(review.unaccepted(.init(causes: [.uuid])).map(\.cause) == [.label])
        #expect(review.unaccepted(.init(causes: [.label])).isEmpty)
        #expect(review.unaccepted(.init(takesAll: true)).isEmpty)
        try review.accept()
        #expect(!GoldenReview.isPending(fixture.folder["a.golden"]))
        let after = try testGate().run([fixture.folder["a.img"]])
        #expect(after.verifications.map(\.verdict) == [.identical])
        #expect(after.verifications.first?.warnings == [])
    }

    @Test func `a path accepts what is at and below it`() {
        let change = Change(.mode, "/etc/a mode", path: "/etc/a", old: "1", new: "2")
        for (path, taken) in [
            ("/etc", true), ("/etc/", true), ("/", true), ("/etc/a", true), ("/et", false),
            ("/etc/a/b", false),
        ] {
            #expect(GoldenReview.Acceptance(paths: [path]).takes(change) == taken, "\(path)")
        }
        let superblock = Change(.uuid, "superblock s_uuid", old: "1", new: "2")
        #expect(!GoldenReview.Acceptance(paths: ["/"]).takes(superblock))
    }

    @Test func `the golden that waits is the first image's, and the others say so`() async throws {
        let fixture = try await gateFolder(
            "cp a.img b.img; cp a.img c.img; tune2fs -L B b.img; tune2fs -L C c.img; cp b.img d.img"
        )
        var gate = try testGate(leavesPending: true)
        gate.golden = fixture.folder["a.golden"]
        let summary = gate.run(["b.img", "c.img", "d.img"].map { fixture.folder[$0] })
        #expect(
            summary.verifications.map { $0.warnings.contains { $0.contains("b.img, not of this") } }
                == [false, true, false])
        let waiting = try GoldenReview(fixture.folder["a.golden"]).new
        #expect(waiting.root == summary.verifications[0].root)
    }

    @Test func `what was rejected is gone, and the golden as it was`() async throws {
        let fixture = try await gateFolder("tune2fs -L X a.img > /dev/null")
        _ = try testGate(leavesPending: true).run([fixture.folder["a.img"]])
        let before = try GoldenStore.load(fixture.folder["a.golden"]).digest
        #expect(try GoldenReview.reject(fixture.folder["a.golden"]))
        #expect(try !GoldenReview.reject(fixture.folder["a.golden"]))
        #expect(try GoldenStore.load(fixture.folder["a.golden"]).digest == before)
    }

    @Test func `nothing is replaced without being told to`() async throws {
        let fixture = try await gateFolder()
        let path = fixture.folder["a.golden"]
        let recording = try fixture.recording(fixture.folder["a.img"])
        #expect(throws: StoreError.exists(path)) {
            try GoldenStore.write(recording, to: path, replaces: false)
        }
        try GoldenStore.write(recording, to: path, replaces: true)
    }

    @Test(arguments: ["cp a.img x.golden", "cp a.img x.blocks", "cp a.golden x.blocks"])
    func `what is no golden is not replaced, whatever was said`(setUp: String) async throws {
        let fixture = try await gateFolder(setUp)
        let recording = try fixture.recording(fixture.folder["a.img"])
        let path = fixture.folder["x.golden"]
        let taken = setUp.contains("x.golden") ? path : fixture.folder["x.blocks"]
        #expect(throws: StoreError.notOurs(taken)) {
            try GoldenStore.write(recording, to: path, replaces: true)
        }
        try await Shell.run(": > x.golden; : > x.blocks", in: fixture.folder.path)
        try GoldenStore.write(recording, to: path, replaces: true)
    }

    @Test func `what is accepted goes where the golden's link leads`() async throws {
        let fixture = try await gateFolder(
            """
            mkdir real; mv a.golden a.blocks real
            ln -s real/a.golden a.golden; ln -s real/a.blocks a.blocks
            tune2fs -L X a.img > /dev/null
            """)
        _ = try testGate(leavesPending: true).run([fixture.folder["a.img"]])
        let review = try GoldenReview(fixture.folder["a.golden"])
        try review.accept()
        #expect(try GoldenStore.load(fixture.folder["real/a.golden"]).golden == review.new)
        #expect(try GoldenStore.load(fixture.folder["real/a.golden"]).warnings.isEmpty)
        #expect(!GoldenReview.isPending(fixture.folder["a.golden"]))
        try await Shell.run("test -L a.golden && test -L a.blocks", in: fixture.folder.path)
    }

    @Test func `an image on a disk is explained by the one that was written there`() async throws {
        let fixture = try await gateFolder(
            """
            cp a.img b.img; tune2fs -L X b.img
            truncate -s 20M disk
            printf 'label: dos\\nstart=2048, size=32768, type=83\\n' | sfdisk -q disk
            dd if=b.img of=disk bs=1M seek=1 conv=notrunc status=none
            """)
        var gate = try testGate()
        gate.golden = fixture.folder["a.golden"]
        gate.part = .partition(1)
        gate.blessed = fixture.folder["a.img"]
        let result = try #require(gate.run([fixture.folder["disk"]]).verifications.first)
        #expect(result.causes.map(\.name) == [.label, .checksum])
        #expect(result.warnings.isEmpty)
        gate.blessed = fixture.folder["a.golden"]
        let trouble = try #require(gate.run([fixture.folder["disk"]]).troubles.first)
        #expect(trouble.message.contains("a.golden, given with --against: "))
    }

    @Test func `of two that record at once one is refused`() async throws {
        let fixture = try await gateFolder()
        let recording = try fixture.recording(fixture.folder["a.img"])
        for round in 0..<20 {
            let path = fixture.folder["\(round).golden"]
            let outcomes = ThreadTeam.map(count: 4, workers: 4) { _ in
                Result { () throws(StoreError) in
                    try GoldenStore.write(recording, to: path, replaces: false)
                }
            }
            #expect(outcomes.count { (try? $0.get()) != nil } == 1)
            #expect(try GoldenStore.load(path).warnings.isEmpty)
        }
    }

    @Test func `the list tells what waits and what has no image or recipe`() async throws {
        let fixture = try await gateFolder(
            "cp a.golden lone.golden; cp a.golden p.golden; cp a.golden p.golden.new; : > p.recipe; echo x > bad.golden"
        )
        let items = try GoldenListing(of: fixture.folder.path, imageFolders: []).items
        #expect(items.count == 4)
        #expect(items.map(\.hasImage) == [true, false, false, false])
        #expect(items.map(\.hasRecipe) == [false, false, false, true])
        #expect(items.map(\.isPending) == [false, false, false, true])
        #expect(items.map { $0.problem == nil } == [true, false, true, true])
    }

    @Test(
        arguments: [
            ([.identical], 0), ([.identical, .different], 1),
            ([.different, .invalid], 3),
            ([.policy, .noGolden], 4), ([.noGolden], 5), ([.policy, .different], 1), ([], 0),
        ] as [([Verdict], Int32)])
    func `the most serious verdict decides the exit status`(verdicts: [Verdict], status: Int32) {
        #expect(Verdict.exitStatus(of: verdicts) == status)
    }
}

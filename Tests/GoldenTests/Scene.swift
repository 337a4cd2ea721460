import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Golden

/// Writes the golden of `image` and gates `candidate` with it.
struct Scene {
    let fixture: ImageFixture
    let golden: FilePath

    /// An image a.img, its golden NAME.golden, and a copy b.img on which `change` was run.
    init(
        change: String = "", tree: Bool = true, extras: Recording.Extras = .init()
    ) async throws {
        fixture = try ImageFixture()
        _ = try await fixture.image("a.img")
        golden = fixture.folder["b.golden"]
        let survey = try fixture.survey(fixture.folder["a.img"], entries: tree)
        try GoldenStore.write(try Recording(of: survey, extras), to: golden, replaces: false)
        try await Shell.run(
            "export E2FSPROGS_FAKE_TIME=1; cp a.img b.img\n\(change)", in: fixture.folder.path)
    }

    func gate(
        against: Bool = false, leavesPending: Bool = false,
        _ set: (inout Verifier) -> Void = { _ in }
    ) throws -> Gate {
        let today = try #require(CalendarDay("2026-06-01"))
        var verifier = Verifier(jobs: 2, today: today)
        set(&verifier)
        return Gate(
            verifier: verifier, finder: GoldenFinder(folder: nil),
            blessed: against ? fixture.folder["a.img"] : nil, leavesPending: leavesPending)
    }

    func verify(
        against: Bool = false, _ set: (inout Verifier) -> Void = { _ in }
    ) throws -> Verification {
        let summary = try gate(against: against, set).run([fixture.folder["b.img"]])
        #expect(summary.troubles.isEmpty)
        return try #require(summary.verifications.first)
    }
}

/// One debugfs command that leaves checksums right.
func debugfs(_ command: String) -> String {
    "debugfs -w -R '\(command)' b.img 2> /dev/null"
}

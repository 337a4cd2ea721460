import Testing

@testable import Golden

/// What a policy says, without an image.
@Suite struct PolicyTests {
    @Test(arguments: [
        ("free-inodes many", 1), ("lint timestamp", 1), ("lint all times", 1), ("free-space 1X", 1),
        ("lint", 1), ("\n\nfrob 1", 3),
        ("waive slack 2026-02-30 because", 1), ("waive slack 2026-02-28", 1), ("a\u{1B}b", 1),
    ])
    func `a rule that cannot be read is an error with its line`(text: String, line: Int) {
        #expect {
            try PolicyFile.parse(Array(text.utf8))
        } throws: { ($0 as? PolicyFile.Failure)?.line == line }
    }

    @Test func `a kind of lint has its name with and without what all have in common`() throws {
        let policy = try PolicyFile.parse(
            Array(
                """
                lint lint-time  # and more
                lint residue
                waive slack 2027-01-31 see #12 # x
                \twaive\tlint:time\t2027-01-31\t#12 by the vendor
                """.utf8))
        #expect(policy.lint == ["time", "residue"])
        #expect(policy.waivers.map(\.reason) == ["see #12 # x", "#12 by the vendor"])
        #expect(policy.gates(lint: "lint-time") && !policy.gates(lint: "lint-uuid"))
        let day = try #require(CalendarDay("2027-01-31"))
        for subject in ["lint:time", "lint:lint-time"] {
            let waiver = try #require(Waiver(subject: subject, until: day, reason: "r"))
            var ledger = WaiverLedger([waiver], today: day)
            #expect(ledger.warnings.isEmpty)
            let taken = ["lint:lint-time", "lint:lint-uuid", "check:time"].filter {
                ledger.takes($0)
            }
            #expect(taken == ["lint:lint-time"])
        }
    }
}

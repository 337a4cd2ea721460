import TestKit
import Testing

/// Waivers, from the word of a person to every report that somebody may read instead.
@Suite struct WaiverTests {
    /// An image with an error that the checker finds, its golden, and a policy that it does not meet.
    private func workshop() async throws -> Workshop {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; echo host > tree/host
            $assay build --root tree --free-space 4M --free-inodes 100 -o out/a.img > /dev/null
            debugfs -w -R 'set_inode_field /host links_count 2' out/a.img 2> /dev/null
            printf '%s\\n' 'free-space 1G' 'lint all' > policy
            """)
        return workshop
    }

    /// The kind of the error, as the checker calls it.
    private func kind(_ workshop: Workshop) async throws -> String {
        try await workshop.succeed(
            """
            ($assay check out/a.img --no-lint --format json || true) \
                | jq -r '[.findings[] | select(.severity == "error") | .kind] | unique | .[]'
            """
        ).trimmed
    }

    private func record(_ workshop: Workshop, _ waivers: [String]) async throws {
        let options = waivers.map { "--waive '\($0)'" }.joined(separator: " ")
        try await workshop.succeed("$assay golden record out/a.img -o out/a.golden \(options)")
    }

    @Test func `what is waived passes, and every report counts it and says why`() async throws {
        let workshop = try await workshop()
        let kind = try await kind(workshop)
        #expect(!kind.isEmpty && !kind.contains("\n"))
        try await record(workshop, ["check:\(kind) 2026-06-30 the vendor miscounts"])
        let outcome = try await workshop.run(
            """
            echo 'waive slack 2026-06-30 a small disk' >> policy
            echo 'waive lint:time 2026-06-30 debugfs was here' >> policy
            $assay verify out/a.img --policy policy --today 2026-06-30 --attest r.intoto \
                --report json=r.json --report junit=r.xml --report sarif=r.sarif \
                --report markdown=r.md --report github=r.github
            """)
        #expect(outcome.status == 0, "\(outcome)")
        let waiver = "check:\(kind), 1 finding, until 2026-06-30: the vendor miscounts"
        #expect(outcome.output.contains("  waived: \(waiver)\n"))
        #expect(
            outcome.output.contains("  waived: slack, 1 finding, until 2026-06-30: a small disk"))
        try await workshop.succeed(
            """
            for report in r.json r.xml r.sarif r.md r.github; do
                sed 's/\\\\//g' $report > plain
                grep -q 'the vendor miscounts' plain
                # One annotation for all waivers: GitHub shows ten in all.
                grep -q 'a small disk' plain || grep -q 'And [0-9]* more' plain
            done
            test "$(jq '.images[0].waived | length' r.json)" -ge 2
            jq -e '[.images[0].facets[] | select(.status == "waived").facet]
                | contains(["slack", "structure"])' r.json
            grep -q '<skipped message="1 error waived"' r.xml
            test "$(jq -r .predicate.result r.intoto)" = WARNED
            jq -e '.predicate.warnedTests == .predicate.passedTests' r.intoto
            """)
    }

    @Test func `a waiver ends with its day, and no report hides that it did`() async throws {
        let workshop = try await workshop()
        let kind = try await kind(workshop)
        try await record(workshop, ["check:\(kind) 2026-06-30 the vendor miscounts"])
        let outcome = try await workshop.run(
            """
            $assay verify out/a.img --today 2026-07-01 --report json=r.json --report junit=r.xml \
                --report sarif=r.sarif --report markdown=r.md --report github=r.github
            """)
        #expect(outcome.status == 3)
        let ended = "the waiver of check:\(kind) ended on 2026-06-30: the vendor miscounts"
        #expect(outcome.output.contains("  warning: \(ended)\n"))
        try await workshop.succeed(
            """
            for report in r.json r.xml r.sarif r.md r.github; do
                sed 's/\\\\//g' $report > plain
                grep -q 'ended on 2026-06-30: the vendor miscounts' plain
            done
            """)
    }

    @Test func `a waiver of one thing lets no other pass, least of all bytes`() async throws {
        let workshop = try await workshop()
        let kind = try await kind(workshop)
        let waivers = [
            "slack 2030-01-01 a", "root 2030-01-01 a", "content 2030-01-01 a",
            "check:x 2030-01-01 a",
            "lint:\(kind) 2030-01-01 a",
        ]
        try await record(workshop, waivers)
        let verify = "$assay verify --no-pending --golden out/a.golden"
        #expect(try await workshop.run("\(verify) out/a.img").status == 3)
        let other = try await workshop.run(
            """
            $assay build --root tree --free-space 4M --free-inodes 100 -o out/b.img > /dev/null
            \(verify) out/b.img
            """)
        #expect(other.status == 1)
        #expect(!other.output.contains("waived"))
        for subject in ["root", "content", "check:x", "lint:\(kind)"] {
            #expect(other.output.contains("warning: the waiver of \(subject) lets nothing pass"))
        }
        #expect(!other.output.contains("the waiver of slack"))
    }
}

extension String {
    fileprivate var trimmed: String {
        hasSuffix("\n") ? String(dropLast()) : self
    }
}

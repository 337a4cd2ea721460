import HostSystem
import TestKit
import Testing

/// A workshop with an image out/a.img, its golden, and out/b.img, which has another label.
private func workshop() async throws -> Workshop {
    let workshop = try await Workshop()
    try await workshop.succeed(
        """
        mkdir -p tree/etc; echo host > tree/etc/hostname; seq 1 20000 > tree/numbers
        $assay build --root tree --free-space 4M --free-inodes 100 -o out/a.img > /dev/null
        $assay golden record out/a.img -o out/a.golden --tree --free-inodes 100 > /dev/null
        $assay build --root tree --free-space 4M --free-inodes 100 --label B -o out/b.img > /dev/null
        """)
    return workshop
}

@Suite struct VerifyCommandTests {
    @Test(arguments: [
        ("$assay verify out/a.img", 0),
        ("$assay verify out/a.img --sha256 --jobs 1", 0),
        ("$assay verify out/b.img --golden out/a.golden", 1),
        ("$assay verify out/b.img --golden out/a.golden --quick", 1),
        ("$assay verify out/none.img --golden out/a.golden", 2),
        ("$assay verify out/a.golden --golden out/a.golden", 2),
        ("$assay verify out/a.img --golden out/a.img", 2),
        ("truncate -s 8M out/z.img; $assay verify out/z.img --golden out/a.golden", 3),
        ("$assay verify out/a.img --free-space 1G", 4),
        ("$assay verify out/a.img --free-space 1G out/b.img --golden out/a.golden", 1),
        ("$assay verify out/b.img", 5),
        ("$assay verify", 64),
        ("$assay verify out/a.img --golden out/a.golden --golden-dir out", 64),
        ("$assay verify --bisect out/a.img", 0),
        ("$assay verify --bisect out/b.img --golden out/a.golden", 1),
        ("$assay verify --bisect out/none.img --golden out/a.golden", 125),
        ("$assay verify --bisect out/b.img", 255),
        ("echo 'free-inodes few' > p; $assay verify out/a.img --policy p", 2),
        ("echo 'free-space 1G' > p; $assay verify out/a.img --policy p", 4),
        (
            "printf 'free-space 1G\\nwaive slack 2026-01-31 small disk\\n' > p;"
                + " $assay verify out/a.img --policy p --today 2026-01-31", 0
        ),
    ])
    func `the exit status tells the verdict`(command: String, status: Int) async throws {
        let outcome = try await workshop().run(command)
        #expect(outcome.status == status, "\(outcome)")
    }

    @Test func `the answer comes first, then the first difference in a sentence`() async throws {
        let outcome = try await workshop().run(
            "$assay verify out/b.img --golden out/a.golden --against out/a.img")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first == "out/b.img: DIFFERENT from out/a.golden")
        let place = "  first difference: block 0, offset 0x478: superblock, s_volume_name: "
        let difference = place + "\"\" in the golden, \"B\" here"
        #expect(lines.dropFirst().first.map(String.init) == difference)
        #expect(outcome.output.contains("cause: label, first superblock s_volume_name"))
        #expect(outcome.output.contains("follows: checksum"))
    }

    @Test func `a mismatch waits for review, but not where CI is set`() async throws {
        let workshop = try await workshop()
        let verify = "$assay verify out/b.img --golden out/a.golden > /dev/null || true"
        #expect(
            try await workshop.succeed("CI=true; export CI; \(verify); ls out")
                == "a.blocks\na.golden\na.img\nb.img\n")
        try await workshop.succeed(verify)
        let review = try await workshop.run("$assay golden review out/a.golden")
        #expect(review.status == 1)
        #expect(review.output.contains("label: 1 change"))
        let refused = try await workshop.run("$assay golden accept out/a.golden --cause uuid")
        #expect(refused.status == 1)
        #expect(refused.output.contains("superblock s_volume_name"))
        try await workshop.succeed(
            """
            $assay golden accept out/a.golden --cause label
            $assay verify out/b.img --golden out/a.golden
            """)
        #expect(try await workshop.run("$assay golden review out/a.golden").status == 0)
    }

    @Test func `nothing is blessed in CI, over another golden, or unlike its recipe`() async throws
    {
        let workshop = try await workshop()
        let record = "$assay golden record out/a.img -o out/c.golden"
        #expect(try await workshop.run("CI=1 \(record)").status == 2)
        #expect(try await workshop.run("CI=1 \(record) --allow-ci").status == 0)
        #expect(try await workshop.run(record).status == 2)
        #expect(try await workshop.run("\(record) --force").status == 0)
        try await workshop.succeed(
            "printf -- '--root tree\\n--free-space 4M\\n--free-inodes 100\\n' > r.recipe")
        #expect(try await workshop.run("\(record) --force --recipe r.recipe").status == 0)
        let other = try await workshop.run(
            "$assay golden record out/b.img -o out/d.golden --recipe r.recipe")
        #expect(other.status == 2)
        #expect(other.error.contains("gives other bytes"))
        #expect(try await workshop.run("ls out/d.golden *.rebuilt*").status == 2)
    }

    @Test func `a build's golden is the one that is recorded from its image`() async throws {
        try await workshop().succeed(
            """
            $assay build --root tree --golden out/g.golden -o out/g.img > /dev/null
            $assay verify out/g.img
            $assay golden record out/g.img -o out/h.golden > /dev/null
            grep -E '^(root|image-sha256|tree|class|span|superblock|group)' out/g.golden > g
            grep -E '^(root|image-sha256|tree|class|span|superblock|group)' out/h.golden > h
            cmp g h
            cmp out/g.blocks out/h.blocks
            """)
    }
}

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
        ("$assay verify out/b.img --free-space 1G", 4),
        ("truncate -s 8M out/z.img; $assay verify out/z.img", 3),
        ("truncate -s 8M out/z.img; $assay verify out/z.img --quick", 5),
        ("$assay verify", 64),
        ("$assay verify out/a.img --golden out/a.golden --golden-dir out", 64),
        ("$assay verify --bisect out/a.img", 0),
        ("$assay verify --bisect out/b.img --golden out/a.golden", 1),
        ("$assay verify --bisect out/none.img --golden out/a.golden", 125),
        ("$assay verify --bisect out/b.img", 255),
        ("echo 'free-inodes few' > p; $assay verify out/a.img --policy p", 2),
        ("echo 'free-space 1G' > p; $assay verify out/a.img --policy p", 4),
        ("echo 'free-inodes few' > p; $assay verify --bisect out/a.img --policy p", 255),
        ("$assay verify --bisect out/a.img --report json=none/r.json", 255),
        ("$assay verify out/a.img --quick --free-inodes 1", 64),
        ("echo 'lint timestamp' > p; $assay verify out/a.img --policy p", 2),
        ("echo 'lint time uuid' > p; $assay verify out/a.img --policy p", 0),
        (
            "tune2fs -T 20300101 out/a.img > /dev/null; $assay golden record out/a.img -o b.golden;"
                + " echo 'lint time' > p; $assay verify out/a.img --golden b.golden --policy p", 4
        ),
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
        #expect(
            review.output.contains("classes of owners that differ:\n    superblock: 1 blocks, "))
        #expect(review.output.contains("  1 span of 512 KiB differs\n"))
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
        #expect(try await workshop.run("CI=false \(record) --force").status == 0)
        #expect(try await workshop.run(record).status == 2)
        let build = "$assay build --root tree --no-check -o out/e.img --golden out/e.golden"
        #expect(try await workshop.run("CI=1 \(build)").status == 2)
        #expect(try await workshop.run("ls out/e.img out/e.golden").status == 2)
        #expect(try await workshop.run("CI=0 \(build)").status == 0)
        let accept = "$assay golden accept out/a.golden --all --reason because"
        let refused = try await workshop.run("CI=1 \(accept)")
        #expect(refused.status == 2)
        #expect(refused.error.contains("CI must not bless"))
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

    @Test func `a report is written to what is there, and takes the place of files alone`()
        async throws
    {
        try await workshop().succeed(
            """
            mkfifo pipe; cat pipe > piped & cat=$!
            echo old > file; ln -s file link; ln -s /proc/self/fd/1 stdout
            $assay verify out/a.img --report json=pipe --report json=link --report text=stdout > shown
            wait $cat
            test -p pipe; test -L link; test -L stdout
            jq -e '.images[0].verdict == "identical"' piped; cmp piped file
            test $(grep -c '^out/a.img: identical' shown) = 2
            """)
    }

    @Test(arguments: [
        "verify out/a.img --report json=out/a.img", "verify out/a.img --attest out/a.golden",
        "verify out/b.img --golden out/a.golden --report text=out/a.blocks",
        "diff out/a.img out/b.img --report html=out/b.img", "inspect out/a.img --map out/a.img",
        "golden record out/a.img -o out/c --force",
    ])
    func `what a command reads is not what it writes`(command: String) async throws {
        let workshop = try await workshop()
        try await workshop.succeed("cp out/a.img out/c.golden; sha256sum out/* > sums")
        let outcome = try await workshop.run("$assay \(command)")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("replace"))
        try await workshop.succeed("sha256sum --quiet --check sums")
    }

    @Test func `a golden's name may be given without its ending`() async throws {
        try await workshop().succeed(
            """
            $assay golden record out/b.img -o out/b > /dev/null
            test "$(cd out; ls b*)" = "$(printf '%s\n' b.blocks b.golden b.img)"
            $assay verify out/b.img
            mkdir again; $assay build --root tree --no-check -o again/i.img --golden again/i.img
            test "$(ls again)" = "$(printf '%s\n' i.img i.img.blocks i.img.golden)"
            """)
    }

    @Test func `a recording that cannot be written whole leaves nothing`() async throws {
        let outcome = try await workshop().run(
            """
            test $(stat -c %s out/a.blocks) -lt 4096; test $(stat -c %s out/a.golden) -gt 4096
            mkdir to; trap '' XFSZ; ulimit -f 4
            status=0; $assay golden record out/a.img -o to/x.golden --tree || status=$?
            ls -A to; exit $status
            """)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
    }

    @Test func `what cannot be removed was not rejected`() async throws {
        let outcome = try await workshop().run(
            """
            mkdir to; cp out/a.golden to/; mkdir to/a.golden.new
            $assay golden reject to/a.golden
            """)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("cannot remove to/a.golden.new"), "\(outcome)")
        #expect(outcome.output.isEmpty)
    }

    @Test func `a report that cannot be written is trouble, and the others are written`()
        async throws
    {
        let workshop = try await workshop()
        let outcome = try await workshop.run(
            """
            mkdir folder
            $assay verify out/a.img --report json=none/r.json --report junit=r.xml \
                --report text=folder --attest r.intoto
            """)
        #expect(outcome.status == 2)
        #expect(
            outcome.error == """
                assay: cannot create none/r.json: No such file or directory
                assay: cannot write to folder: Is a directory

                """)
        #expect(outcome.output.hasPrefix("out/a.img: identical"))
        try await workshop.succeed(
            "test -s r.xml; test -s r.intoto; test -z \"$(ls -A | grep -F .assay- || true)\"")
    }

    @Test func `a cause that is not explained must be accepted, or explained by the images`()
        async throws
    {
        let workshop = try await workshop()
        try await workshop.succeed(
            """
            cp out/a.img out/c.img; export E2FSPROGS_FAKE_TIME=1
            printf '%s\n' 'sif /etc/hostname mode 0100600' 'ssv mnt_count 3' | debugfs -w -f - out/c.img
            $assay verify out/c.img --golden out/a.golden || true
            """)
        let accept = "$assay golden accept out/a.golden --cause mode --cause mounted"
        let times = "--cause timestamp"
        let refused = try await workshop.run("\(accept) \(times)")
        #expect(refused.status == 1)
        #expect(refused.output.contains("unexplained: 1 change\n    class inode-tables: "))
        let review = try await workshop.run("$assay golden review out/a.golden --image out/c.img")
        #expect(!review.output.contains("unexplained"), "\(review)")
        #expect(try await workshop.run("\(accept) --image out/b.img").status == 2)
        #expect(try await workshop.run("\(accept) --against out/a.img").status == 64)
        #expect(try await workshop.run("$assay golden review out/nope.golden").status == 2)
        #expect(try await workshop.run("$assay golden reject out/nope.golden").status == 2)
        try await workshop.succeed(
            "\(accept) \(times) --image out/c.img --against out/a.img; $assay verify out/c.img --golden out/a.golden"
        )
    }

    @Test func `what to do next can be pasted, whatever the golden's name`() async throws {
        let workshop = try await workshop()
        let verify = "$assay verify out/b.img --golden \"$name\" || true"
        let outcome = try await workshop.run(
            """
            name="out/it's mine.golden"; cp out/a.golden "$name"; cp out/a.blocks "${name%golden}blocks"
            \(verify)
            $assay golden review "$name" || true
            """)
        let next = outcome.output.split(separator: "\n").filter { $0.hasPrefix("  next: ") }
        let word = #"'out/it'\''s mine.golden'"#
        #expect(next.contains { $0.contains("assay golden review \(word), then") }, "\(outcome)")
        #expect(next.contains { $0.contains("assay golden accept \(word) --cause label") })
        let bare = try await workshop.run(
            "cp out/a.golden $'out/\\e[2Jnone.golden'; $assay golden review $'out/\\e[2Jnone.golden'"
        )
        #expect(bare.output == "nothing waits beside out/\\x1b[2Jnone.golden\n")
    }

    /// 3,000 links with paths of 15 KiB, of which a line has two, each byte escaped.
    @Test func `long paths of many links take little memory`() async throws {
        let workshop = try await Workshop()
        let outcome = try await workshop.run(
            """
            python3 - <<'END'
            import os
            top = os.getcwd()
            os.mkdir("tree"); os.chdir("tree")
            for _ in range(60):
                os.mkdir("\\x01" * 250); os.chdir("\\x01" * 250)
            open("first", "w").close()
            for number in range(3000): os.link("first", f"{number}")
            END
            $assay build --root tree --free-space 4M --hard-links keep -o out/a.img > /dev/null
            python3 - <<'END'
            import os, resource, subprocess
            subprocess.run([os.environ["assay"], "golden", "record", "out/a.img", "-o", "out/a.golden"],
                stdout=subprocess.DEVNULL, check=True)
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
            END
            """)
        #expect(outcome.status == 0, "\(outcome)")
        let megabytes = try #require(Int(outcome.output.dropLast()))
        #expect(megabytes < 256, "all lines at once took 700")
    }
}

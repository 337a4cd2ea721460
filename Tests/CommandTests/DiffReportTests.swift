import TestKit
import Testing

/// What `assay diff` writes into files, and `assay inspect --map`.
@Suite struct DiffReportTests {
    private let workshop: Workshop

    init() async throws {
        workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir -p tree/etc; echo one > tree/etc/file; seq 5000 > tree/same
            for image in a b; do
                truncate -s 8M $image
                mke2fs -qF -t ext4 -L label -U 01234567-89ab-4def-8123-456789abcdef \
                    -E hash_seed=01234567-89ab-4def-8123-456789abcdef -d tree $image
                echo two > tree/etc/file
            done
            """)
    }

    @Test func `every form of the report is written, and the answer printed`() async throws {
        let outcome = try await workshop.run(
            """
            $assay diff a b --report html=out/r.html --report json=out/r.json \
                --report text=out/r.txt --report markdown=out/r.md
            """)
        #expect(outcome.status == 1, "\(outcome)")
        #expect(try await workshop.succeed("cat out/r.txt") == outcome.output)
        #expect(
            try await workshop.succeed("cat out/r.json")
                == workshop.run("$assay diff a b --format json").output)
        let page = try await workshop.succeed("cat out/r.html")
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("id=\"content\""))
        #expect(try await workshop.succeed("cat out/r.md").contains("| content | "))
        #expect(try await workshop.succeed("ls out") == "r.html\nr.json\nr.md\nr.txt\n")
    }

    @Test func `both versions of a file are extracted`() async throws {
        let outcome = try await workshop.run("$assay diff a b --extract out/x")
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.error.isEmpty)
        #expect(
            try await workshop.succeed("cd out/x; find . -type f | sort; cat a/etc/file b/etc/file")
                == "./a/etc/file\n./b/etc/file\none\ntwo\n")
    }

    @Test(arguments: [
        ("mkdir out/x; touch out/x/mine; $assay diff a b --extract out/x", 2, "not empty"),
        ("$assay diff a b --extract out/none/x", 2, "No such file"),
        ("$assay diff a b --extract out/x --extract-limit 1", 1, "the limit of 1 bytes"),
        ("$assay diff a b --extract-limit 1", 64, "--extract-limit is for --extract"),
        ("$assay diff a b --report html=out/none/r", 2, "No such file"),
        ("$assay diff a b --report pdf=out/r", 64, "pdf=out/r"),
        ("$assay inspect a --map out/none/m", 2, "No such file"),
        ("$assay inspect a --map out/m --tree", 64, "one of"),
    ])
    func `what cannot be written is said`(script: String, status: Int, reason: String) async throws
    {
        let outcome = try await workshop.run(script)
        #expect(outcome.status == status, "\(outcome)")
        #expect(outcome.error.contains(reason), "\(outcome)")
        #expect(
            try await workshop.succeed("ls out/x 2>/dev/null || true").contains("mine")
                == script.contains("mine"))
    }

    @Test func `the map of an image is the same for any number of threads`() async throws {
        let map = try await workshop.succeed(
            """
            $assay inspect a --map out/one.svg --jobs 1; $assay inspect a --map out/two.svg
            cmp out/one.svg out/two.svg; xmllint --noout out/one.svg; cat out/one.svg
            """)
        #expect(map.contains("<title>label</title>"))
        #expect(map.contains(": data (/same)</title>"))
    }
}

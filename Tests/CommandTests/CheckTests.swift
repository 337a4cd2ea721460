import TestKit
import Testing

/// `assay check`, as people and programs run it.
@Suite struct CheckTests {
    private let workshop: Workshop

    init() async throws {
        workshop = try await Workshop()
        // Three groups, so that there are backups.
        try await workshop.succeed(
            """
            mkdir -p tree/sub; echo content > tree/file; ln -s file tree/link
            truncate -s 20M image
            mke2fs -qF -t ext4 -b 1024 -O ^resize_inode -E hash_seed=11111111-2222-4333-8444-555555555555 \
                -U 01234567-89ab-4def-8123-456789abcdef -d tree image
            """)
    }

    /// Runs Python with the JSON report of the image as `report`.
    private func report(_ arguments: String, _ python: String) async throws -> String {
        try await workshop.succeed(
            """
            set +e; $assay check --format json \(arguments) > report.json; echo "status $?"; set -e
            python3 -c 'import json; report = json.load(open("report.json")); \(python)'
            """)
    }

    @Test func `a sound image is clean, and its slack is what dumpe2fs counts`() async throws {
        let text = try await workshop.succeed("$assay check --no-lint image")
        let fields = try await workshop.succeed(
            "dumpe2fs -h image 2>/dev/null | sed -n 's/^Free blocks: *//p; s/^Free inodes: *//p'")
        let numbers = fields.split(separator: "\n")
        #expect(text.hasPrefix("image: clean\nfree: "))
        let plain = text.replacing(",", with: "")
        #expect(plain.contains("free: \(numbers[0]) blocks"), "\(text)")
        #expect(plain.contains("\(numbers[1]) inodes\n"), "\(text)")
    }

    @Test func `the JSON has the keys that programs rely on, sorted`() async throws {
        let keys = try await report(
            "image",
            """
            print(report["format"], report["verdict"], report["findings"]); \
            print(*sorted(report["slack"])); \
            print(*sorted({key for finding in report["lint"] for key in finding})); \
            print(report["lint"][0]["severity"]); \
            slack = report["slack"]; \
            print(slack["usable_blocks"] == slack["free_blocks"] - slack["kernel_reserved_blocks"], \
            slack["usable_bytes"] == 1024 * slack["usable_blocks"])
            """)
        #expect(
            keys == """
                status 0
                assay-check/1 clean []
                free_blocks free_inodes kernel_reserved_blocks max_online_bytes root_reserved_blocks usable_blocks usable_bytes user_blocks
                kind message place severity where
                note
                True True

                """)
        try await workshop.succeed(
            "python3 -m json.tool --sort-keys --indent 2 report.json | cmp - report.json")
    }

    @Test func `the lint finds what a clock and chance left, and leaves the verdict alone`()
        async throws
    {
        let kinds = try await report(
            "image", "print(*sorted({finding[\"kind\"] for finding in report[\"lint\"]}))")
        #expect(kinds.hasPrefix("status 0\n"))
        for kind in ["lint-hash-seed", "lint-time"] { #expect(kinds.contains(kind), "\(kinds)") }
        let without = try await report("--no-lint image", "print(report[\"lint\"])")
        #expect(without == "status 0\n[]\n")
    }

    @Test func `a broken image is invalid, as e2fsck says, with the place`() async throws {
        let words = try await report(
            "--no-lint --fsck broken",
            """
            finding = [each for each in report["findings"] if each["kind"] == "link-count"][0]; \
            print(report["verdict"], finding["severity"], finding["where"]); \
            print(finding["place"], finding["message"]); \
            print("fsck-disagrees" in str(report))
            """,
            after: """
                cp image broken; debugfs -w -R 'set_inode_field /file links_count 7' broken 2>/dev/null
                """)
        #expect(
            words == """
                status 3
                invalid error inode 12 /file, i_links_count
                {'field': 'i_links_count', 'inode': 12, 'path': '/file'} is 7, but 1 entries refer to it
                False

                """)
    }

    private func report(
        _ arguments: String, _ python: String, after script: String
    ) async throws -> String {
        try await workshop.succeed(script)
        return try await report(arguments, python)
    }

    @Test(arguments: [
        ("head -c 10M image > short; $assay check short", 3, "image-too-short"),
        ("head -c 1500 image > short; $assay check short", 3, "unreadable"),
        (": > empty; $assay check empty", 3, "the image has 0 bytes"),
        ("head -c 300000 /dev/urandom > junk; $assay check junk", 3, "superblock-missing"),
        (
            """
            printf '\\xc3' | dd of=image bs=1 seek=$((1024 + 0x60)) conv=notrunc status=none
            $assay check image
            """, 2, "unsupported: s_feature_incompat"
        ),
        (
            """
            debugfs -w -R 'ssv log_groups_per_flex 32' image 2>/dev/null
            $assay check image
            """, 3, "s_log_groups_per_flex: is 32, must be 0 to 31"
        ),
        ("$assay check --free-inodes 99999999 image", 4, "policy: "),
        ("$assay check --free-space 1T image", 4, "policy: "),
        ("$assay check --free-inodes 1 --free-space 1M image", 0, "image: clean"),
        (
            """
            debugfs -w -R 'set_inode_field /file links_count 7' image 2>/dev/null
            $assay check --free-space 1T image
            """, 3, "policy: "
        ),
    ])
    func `each end has its status`(script: String, status: Int, words: String) async throws {
        let outcome = try await workshop.run(script)
        #expect(outcome.status == status, "\(outcome)")
        #expect(outcome.output.contains(words), "\(outcome)")
    }

    @Test(arguments: [
        ("$assay check absent", 2, "absent: No such file"),
        ("$assay check .", 2, "directory"),
        ("mkfifo pipe; timeout 20 $assay check pipe", 2, "pipe: it is a pipe"),
        ("mkfifo pipe; timeout 20 $assay inspect pipe", 2, "pipe: it is a pipe"),
        ("mkfifo pipe; timeout 20 $assay verify --policy pipe image", 2, "pipe: it is a pipe"),
        ("mkfifo pipe; timeout 20 $assay verify --inputs pipe image", 2, "pipe: it is a pipe"),
        ("mkfifo pipe; timeout 20 $assay golden show pipe", 2, "pipe: it is a pipe"),
        ("$assay check --partition 1 image", 2, "no partition 1"),
        ("zstd -q image; $assay check --max-expanded 1M image.zst", 2, "1048576"),
        ("zstd -q image; truncate -s -100 image.zst; $assay check image.zst", 2, "image.zst"),
        ("$assay check image > /dev/full", 2, "standard output"),
        ("$assay check image image", 64, "image"),
        ("$assay check", 64, "image"),
        ("$assay check --free-space lots image", 64, "--free-space"),
        ("$assay check --partition 1 --image-offset 512 image", 64, "two things"),
    ])
    func `trouble has its status and its reason`(
        script: String, status: Int, reason: String
    ) async throws {
        let outcome = try await workshop.run(script)
        #expect(outcome.status == status, "\(outcome)")
        #expect(outcome.error.contains(reason), "\(outcome)")
    }

    @Test func `a compressed image, a partition and an offset are checked as the image is`()
        async throws
    {
        let plain = try await workshop.succeed("$assay check image | tail -n +2")
        try await workshop.succeed(
            """
            zstd -q image
            truncate -s 24M disk; printf 'label: gpt\\n1 : start=2048, size=40960\\n' | sfdisk -q disk
            dd if=image of=disk bs=512 seek=2048 conv=notrunc status=none
            """)
        #expect(try await workshop.succeed("$assay check --fsck image.zst | tail -n +2") == plain)
        #expect(
            try await workshop.succeed("$assay check --fsck --partition 1 disk | tail -n +2")
                == plain)
        #expect(
            try await workshop.succeed(
                "truncate -s $((1048576 + 20 * 1048576)) disk; "
                    + "$assay check --image-offset 1048576 disk | tail -n +2") == plain)
        let outcome = try await workshop.run("$assay check disk")
        #expect(outcome.status == 3, "\(outcome)")
        #expect(outcome.output.contains("this is a disk: use --partition with 1\n"), "\(outcome)")
        let gate = try await workshop.run("$assay verify disk")
        #expect(gate.error.contains("disk: this is a disk: use --partition with 1\n"), "\(gate)")
    }

    @Test func `no name drives the terminal, nor breaks the JSON`() async throws {
        try await workshop.succeed(
            """
            printf x > "$(printf 'tree/sub/\\033[31m\\n\\342\\200\\256red\\377')"
            mke2fs -qF -t ext4 -d tree evil 8M
            debugfs -w -R "set_inode_field <$(debugfs -R 'ls -p /sub' evil 2>/dev/null \
                | grep -a '^/[0-9]*/100' | cut -d/ -f2)> links_count 9" evil 2>/dev/null
            """)
        let outcome = try await workshop.run(
            "cp evil \"$(printf 'e\\033[7m')\"; $assay check e*[7m")
        #expect(outcome.status == 3, "\(outcome)")
        #expect(outcome.output.hasPrefix("e\\x1b[7m: invalid"), "\(outcome)")
        #expect(
            outcome.output.contains(#"/sub/\x1b[31m\n\xe2\x80\xaered\xff"#), "\(outcome)")
        #expect(!outcome.output.contains("\u{1b}"))
        let path = try await report(
            "evil", "print(*[each[\"place\"].get(\"path\") for each in report[\"findings\"]])")
        #expect(path.contains(#"\x1b[31m\n"#), "\(path)")
    }

    @Test func `the report is the same with any number of threads`() async throws {
        try await workshop.succeed(
            "debugfs -w -R 'set_inode_field /file links_count 7' image 2>/dev/null")
        let one = try await workshop.run("$assay check -j 1 image")
        for jobs in [2, 3, 8] {
            #expect(try await workshop.run("$assay check -j \(jobs) image") == one)
        }
    }

    @Test func `an e2fsck of another opinion is a finding, and so is none`() async throws {
        try await workshop.succeed(
            """
            mkdir fake; printf '#!/bin/sh\\necho e2fsck 1.0; echo Inode 5 is haunted.; exit 4\\n' \
                > fake/e2fsck; chmod +x fake/e2fsck
            """)
        let other = try await workshop.run(
            "PATH=\"$PWD/fake:$PATH\" $assay check --no-lint --fsck image")
        #expect(other.status == 0, "\(other)")
        #expect(
            other.output.contains(
                "warning: fsck-disagrees: file system: e2fsck says: Inode 5 is haunted."),
            "\(other)")
        let none = try await workshop.run(
            "printf 'exit 127' > fake/e2fsck; PATH=\"$PWD/fake:$PATH\" $assay check --no-lint --fsck image"
        )
        #expect(none.status == 0, "\(none)")
        #expect(none.output.contains("note: fsck-unavailable: "), "\(none)")
    }

    @Test(arguments: [
        (
            "echo Oh.; kill -SEGV $$",
            "note: fsck-unavailable: file system: e2fsck was ended by signal 11"
        ),
        (
            "echo Cannot allocate.; exit 8",
            "note: fsck-unavailable: file system: e2fsck failed with status 8: Cannot allocate."
        ),
        (
            "echo MMP interval is 5 seconds and total wait time is 22 seconds.; exit 0",
            "image: clean\nfree: "
        ),
    ])
    func `an e2fsck that fails has no opinion`(script: String, words: String) async throws {
        try await workshop.succeed(
            "mkdir fake; printf '#!/bin/sh\\n%s\\n' '\(script)' > fake/e2fsck; chmod +x fake/e2fsck"
        )
        let outcome = try await workshop.run(
            "PATH=\"$PWD/fake:$PATH\" $assay check --no-lint --fsck image")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains(words), "\(outcome)")
        #expect(!outcome.output.contains("fsck-disagrees"), "\(outcome)")
    }

    @Test func `e2fsck is found where the PATH leaves it out`() async throws {
        let outcome = try await workshop.run(
            "PATH=/usr/bin:/bin $assay check --no-lint --fsck image")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(!outcome.output.contains("fsck-"), "\(outcome)")
    }

    @Test(arguments: [
        // The UUID in the copy in group 1, its magic number, and a table's place in the copy of
        // the descriptors.
        ("8193 * 1024 + 0x68", "group 1, s_uuid, block 8193"),
        ("8193 * 1024 + 0x38", "group 1, s_magic, block 8193"),
        ("8194 * 1024 + 64 + 8", "group 1, bg_inode_table, block 8194"),
    ])
    func `a backup that differs is a warning, since e2fsck says nothing of it`(
        offset: String, place: String
    ) async throws {
        let outcome = try await workshop.run(
            """
            printf '\\x77' | dd of=image bs=1 seek=$((\(offset))) conv=notrunc status=none
            $assay check --no-lint --fsck image
            """)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.hasPrefix("image: clean, "), "\(outcome)")
        #expect(outcome.output.contains("warning: backup-differs: \(place): "), "\(outcome)")
        #expect(!outcome.output.contains("fsck-disagrees"), "\(outcome)")
    }
}

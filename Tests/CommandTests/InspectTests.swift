import TestKit
import Testing

/// `assay inspect`, as people and programs run it.
@Suite struct InspectTests {
    private let workshop: Workshop

    init() async throws {
        workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir -p tree/sub; echo content > tree/file; ln -s file tree/link
            printf 'x' > "$(printf 'tree/sub/\\033[31m\\nred')"
            truncate -s 8M image
            mke2fs -qF -t ext4 -b 1024 -L a-label -U 01234567-89ab-4def-8123-456789abcdef \
                -d tree image
            """)
    }

    @Test func `the summary has what dumpe2fs has`() async throws {
        let text = try await workshop.succeed("$assay inspect image")
        let fields = try await workshop.succeed(
            "dumpe2fs -h image 2>/dev/null | sed -n 's/^Free blocks: *//p; s/^Free inodes: *//p'")
        let numbers = fields.split(separator: "\n")
        #expect(text.contains("a-label"))
        #expect(text.contains("01234567-89ab-4def-8123-456789abcdef"))
        #expect(text.contains(" free blocks         \(numbers[0])\n"))
        #expect(text.contains("s_free_inodes_count        \(numbers[1])\n"))
    }

    @Test func `the tree lists every name, and no name drives the terminal`() async throws {
        let text = try await workshop.succeed("$assay inspect --tree image")
        let names = text.split(separator: "\n").map {
            $0.split(separator: " ")[7...].joined(separator: " ")
        }
        #expect(
            names == [
                "/file", "/link -> file", "/lost+found", "/sub", "/sub/\\x1b[31m\\nred",
            ])
        // The escaped form can be given back.
        let shown = try await workshop.succeed(
            #"$assay inspect --path '/sub/\x1b[31m\nred' image | head -1"#)
        #expect(shown.contains("/sub/\\x1b[31m\\nred"))
    }

    @Test func `a path leads to the blocks that debugfs names`() async throws {
        let expected = try await workshop.succeed(
            "debugfs -R 'blocks /file' image 2>/dev/null | tr -d ' \\n'")
        let text = try await workshop.succeed("$assay inspect --path /file image")
        #expect(text.contains("0 to 0: \(expected) to \(expected)\n"))
        let owner = try await workshop.succeed("$assay inspect --block \(expected) image")
        #expect(owner.hasPrefix("block \(expected): block 0 of inode 12 /file\n"))
        for path in ["/../file", "/sub/../file", "../sub/../../file"] {
            let same = try await workshop.succeed("$assay inspect --path \(path) image")
            #expect(same.hasPrefix("inode 12 "), "\(same)")
        }
        let journal = try await workshop.succeed(
            "debugfs -R 'bmap <8> 0' image 2>/dev/null | tr -d ' \\n'")
        for form in ["text", "json"] {
            let first = try await workshop.succeed(
                "$assay inspect --format \(form) --block \(journal) image")
            #expect(first.contains("block 0 of inode 8, journal: superblock"), "\(first)")
        }
    }

    @Test func `an offset leads to a field of an inode with its path`() async throws {
        // "located at block N, offset 0xN"
        let place = try await workshop.succeed(
            "debugfs -R 'imap /file' image 2>/dev/null | sed -n 's/.*block \\([0-9]*\\), offset \\(.*\\)/\\1 \\2/p'"
        )
        let parts = place.split(whereSeparator: \.isWhitespace)
        let offset = "$((\(parts[0]) * 1024 + \(parts[1]) + 16))"
        let text = try await workshop.succeed("$assay inspect --offset \(offset) image")
        #expect(text.contains("inode 12 /file, i_mtime\n"))
        let json = try await workshop.succeed(
            "$assay inspect --offset \(offset) --format json image | python3 -m json.tool --sort-keys --indent 2"
        )
        let ours = try await workshop.succeed(
            "$assay inspect --offset \(offset) --format json image")
        #expect(ours == json)
        #expect(ours.contains(#""format": "assay-inspect/1""#))
        #expect(ours.contains(#""path": "/file""#))
    }

    @Test func `a compressed image and a partition show the same as the image`() async throws {
        let plain = try await workshop.succeed("$assay inspect --tree image")
        try await workshop.succeed(
            """
            zstd -q image
            truncate -s 16M disk; printf 'label: dos\\n2 : start=2048, size=16384\\n' | sfdisk -q disk
            dd if=image of=disk bs=512 seek=2048 conv=notrunc status=none
            """)
        #expect(try await workshop.succeed("$assay inspect --tree image.zst") == plain)
        #expect(try await workshop.succeed("$assay inspect --tree --partition 2 disk") == plain)
        #expect(
            try await workshop.succeed("$assay inspect --tree --image-offset 1048576 disk") == plain
        )
    }

    @Test(arguments: [
        ("$assay inspect absent", 2, "No such file"),
        ("printf 'no image at all, but long enough? no' > junk; $assay inspect junk", 3, "junk"),
        ("head -c 100000 /dev/zero > junk; $assay inspect junk", 3, "s_magic"),
        ("$assay inspect --path /absent image", 2, "no name absent"),
        ("$assay inspect --inode 99999999 image", 2, "99999999"),
        ("$assay inspect --inode 2 --block 3 image", 64, "one of"),
        ("$assay inspect --inode 0 image", 64, "numbered from 1"),
        ("$assay inspect --partition 1 image", 2, "no partition 1"),
        ("zstd -q image; $assay inspect --max-expanded 1M image.zst", 2, "1048576"),
        ("$assay inspect image > /dev/full", 2, "standard output"),
        (
            """
            truncate -s 16M disk; printf 'label: dos\\n2 : start=2048, size=16384\\n' | sfdisk -q disk
            $assay inspect disk
            """, 3, "use --partition with 2"
        ),
        (
            "mke2fs -qF -O journal_dev -b 1024 device 8M; $assay inspect device", 2,
            "this is the journal of another file system"
        ),
        (
            """
            mke2fs -qF -O journal_dev -b 1024 device 8M
            $assay inspect --tree --journal device image
            """, 2, "has no journal on another device"
        ),
        (
            """
            debugfs -w -R 'ssv journal_uuid 01234567-89ab-4def-8123-456789abcdef' image 2> /dev/null
            $assay inspect --after-replay image
            """, 2, "name it with --journal"
        ),
    ])
    func `what cannot be shown has its status and its reason`(
        script: String, status: Int, reason: String
    ) async throws {
        let outcome = try await workshop.run(script)
        #expect(outcome.status == status, "\(outcome)")
        #expect(outcome.error.contains(reason), "\(outcome)")
    }

    @Test func `a feature that is not known is named, and is no broken image`() async throws {
        // Bit 0 of the incompatible features: compression, which no kernel ever had.
        let outcome = try await workshop.run(
            """
            printf '\\xc3' | dd of=image bs=1 seek=$((1024 + 0x60)) conv=notrunc status=none
            $assay inspect --tree image
            """)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("unsupported: compression"))
    }

    @Test(.enabled(if: Workshop.isRoot, "needs root for loop devices"))
    func `a journal on another device is shown and replayed, its fast commits too`() async throws {
        try await workshop.succeed(
            """
            truncate -s 8M device; truncate -s 16M apart
            mke2fs -qF -O journal_dev -b 1024 device
            loop=$(losetup -f --show device); trap 'losetup -d $loop' EXIT
            mke2fs -qF -t ext4 -b 1024 -O fast_commit -J device=$loop apart
            mkdir mounted; mount -o loop,commit=900 apart mounted
            trap 'umount mounted; losetup -d $loop' EXIT
            # Whoever says sync on this machine ends the fast commits.
            touch mounted/first; sync -f mounted
            for try in $(seq 20); do
                echo new > mounted/new; sync mounted/new; cp apart copy; cp device journal
                if $assay inspect --journal journal copy | grep 'created as new' > found; then
                    break
                fi
                rm mounted/new; sync -f mounted
            done
            """)
        let before = try await workshop.succeed("$assay inspect copy")
        #expect(before.contains("journal             on another device, UUID "))
        let waiting = try await workshop.succeed("$assay inspect --journal journal copy")
        #expect(waiting.contains("needs recovery: "))
        #expect(waiting.contains("created as new in directory 2\n"))
        let tree = try await workshop.succeed(
            "$assay inspect --tree --after-replay --journal journal copy")
        #expect(tree.contains("/new\n"))
        // A check has no such device, and neither has e2fsck.
        let check = try await workshop.run("$assay check --no-lint copy")
        #expect(check.status == 3 && check.output.contains("lies on another device"), "\(check)")
        let fsck = try await workshop.run("e2fsck -fn copy")
        #expect(fsck.status & 12 != 0, "\(fsck)")
        // The head's features: such as nobody knows.
        let bent = try await workshop.run(
            """
            area=$((8192 - 256 + 1)); head=$((area * 1024 + 4))
            printf '\\001' | dd of=journal bs=1 seek=$head conv=notrunc status=none
            $assay inspect --tree --after-replay --journal journal copy
            """)
        #expect(bent.status == 2)
        #expect(bent.error.contains("shown without the journal's fast commits"))
        #expect(bent.output.contains("/first\n") && !bent.output.contains("/new\n"))
    }
}

import TestKit
import Testing

/// `assay diff` as its users run it.
@Suite struct DiffCommandTests {
    /// Makes `a.img` of a small tree, and `b.img` as a copy.
    private static let pair = """
        export E2FSPROGS_FAKE_TIME=1700000000 E2FSCK_TIME=1700000000
        mkdir -p tree/bin tree/many
        seq 1 3000 > tree/bin/ls
        for i in $(seq 1 120); do echo $i > tree/many/name-$i; done
        mke2fs -q -F -t ext4 -b 4096 -I 256 -E lazy_itable_init=0 -J size=4 -d tree a.img 16M \
            > /dev/null 2>&1
        cp a.img b.img

        """

    private func workshop(_ change: String) async throws -> Workshop {
        let workshop = try await Workshop()
        try await workshop.succeed(Self.pair + change)
        return workshop
    }

    @Test func `one line tells of all atimes, in words for people`() async throws {
        let workshop = try await workshop(
            """
            for i in $(seq 12 130); do echo "set_inode_field <$i> atime @1234"; done |
                debugfs -w -f - b.img > /dev/null 2>&1
            """)
        let outcome = try await workshop.run("$assay diff a.img b.img")
        #expect(outcome.status == 1)
        #expect(
            outcome.output.contains("  timestamp: atime differs in 119 inodes, first inode 12 /"))
        #expect(outcome.output.contains(" 1234\n"))
        #expect(outcome.output.contains("differing blocks explained"))
        #expect(!outcome.output.contains("\u{1B}"))
        let widest = outcome.output.split(separator: "\n").map(\.unicodeScalars.count).max() ?? 0
        #expect(widest <= 80)
    }

    @Test func `the exit status tells same, different, trouble and no file system`() async throws {
        let workshop = try await workshop("tune2fs -L new b.img > /dev/null; seq 1 2000 > text")
        #expect(try await workshop.run("$assay diff a.img a.img").status == 0)
        #expect(try await workshop.run("$assay diff a.img b.img").status == 1)
        #expect(try await workshop.run("$assay diff a.img nowhere").status == 2)
        #expect(try await workshop.run("$assay diff a.img text").status == 3)
        #expect(try await workshop.run("$assay diff a.img b.img --ignore nothing").status == 64)
        let ignored = try await workshop.run(
            "$assay diff a.img b.img --ignore label --require-explained")
        #expect(ignored.status == 0)
        #expect(ignored.output.contains("but for label"))
    }

    @Test func `what no rule explains is listed`() async throws {
        let workshop = try await workshop(
            "printf x | dd of=b.img bs=1 seek=$((1024 + 0x300)) conv=notrunc status=none")
        let outcome = try await workshop.run("$assay diff a.img b.img --require-explained")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("0 of 1 differing blocks explained"))
        #expect(outcome.output.contains("block 0: superblock"))
    }

    @Test func `programs read the keys that do not change`() async throws {
        let workshop = try await workshop(
            "tune2fs -U 99999999-8888-4777-8666-555555555555 b.img > /dev/null")
        let outcome = try await workshop.run(
            """
            $assay diff a.img b.img --format json | jq -r '
                .format, .identical, .differing_blocks == .explained_blocks, .unexplained_blocks,
                (.causes[] | "\\(.cause) \\(.derived) \\(.count > 0) \\(.where | length > 0)")'
            """)
        #expect(
            outcome.output.split(separator: "\n").prefix(5)
                == ["assay-diff/1", "false", "true", "0", "uuid false true true"])
        #expect(outcome.output.contains("checksum true true true"))
    }

    @Test func `compressed images and partitions are compared by what they hold`() async throws {
        let workshop = try await workshop(
            """
            tune2fs -L new b.img > /dev/null
            zstd -q b.img
            for name in a b; do
                truncate -s 20M $name.disk
                echo '2048,,L' | sfdisk -q $name.disk
                dd if=$name.img of=$name.disk bs=1M seek=1 conv=notrunc status=none
            done
            """)
        #expect(try await workshop.run("$assay diff b.img b.img.zst").status == 0)
        let disks = try await workshop.run("$assay diff a.disk b.disk --partition 1")
        #expect(disks.status == 1)
        #expect(disks.output.contains("label: s_volume_name: \"\" against \"new\""))
    }

    @Test func `colours are for terminals`() async throws {
        let workshop = try await workshop("tune2fs -L new b.img > /dev/null")
        let terminal = "TERM=xterm script -qec \"$assay diff a.img b.img\" /dev/null"
        #expect(try await workshop.run("\(terminal) || true").output.contains("\u{1B}["))
        #expect(
            try await !workshop.run("NO_COLOR=1 \(terminal) || true").output.contains("\u{1B}["))
    }

    @Test func `an image of ours against mke2fs' is explained`() async throws {
        let workshop = try await workshop(
            """
            $assay build --root tree -o ours.img --free-space 8M --free-inodes 200 > /dev/null
            mke2fs -q -F -t ext4 -b 4096 -I 256 -d tree theirs.img \
                $(($(stat -c %s ours.img) / 1024))k > /dev/null 2>&1
            """)
        for names in ["ours.img theirs.img", "theirs.img ours.img", "ours.img a.img"] {
            let outcome = try await workshop.run(
                """
                $assay diff \(names) --format json |
                    jq -r '.unexplained_blocks, (.tree[] | select(.causes != ["timestamp"]).path)'
                """)
            #expect(outcome.output == "0\n", "\(names)")
        }
    }
}

import Ext4Check
import Ext4Image
import Ext4Layout
import ImageBytes
import SystemPackage
import TestKit
import Testing

/// Small images that go past the limits of docs/security.md.
@Suite struct LimitTests {
    @Test func `a list of bad blocks that leads to itself is cut`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run("mke2fs -qF -t ext4 -b 1024 -O none image 4M", in: scratch.path)
        let editor = try ImageEditor(scratch["image"])
        let block: UInt32 = 4000
        try editor.write(Array(repeating: [block], count: 256).flatMap(\.self), atBlock: 4000)
        // The block of blocks of blocks of numbers.
        try editor.write([block], inInode: InodeNumber.badBlocks, at: 40 + 4 * 14)
        let report = try TestImage.check(scratch["image"])
        let found = try #require(report.findings.first { $0.kind == .limit })
        #expect(found.severity == .warning)
        #expect(
            found.message == "the list of bad blocks: truncated at 1048576 of at least 1048577")
    }

    @Test func `a file of orphans of more blocks than any is cut`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            "mke2fs -qF -t ext4 -b 1024 -O orphan_file,^metadata_csum -J size=1 image 40M",
            in: scratch.path)
        let editor = try ImageEditor(scratch["image"])
        let file = editor.superblock[Superblock.Fields.orphanFileInode]
        // The same blocks 33 times.
        let extents = (0..<33).map {
            (first: UInt32($0 * 32768), block: UInt32(4000), count: 32768)
        }
        try editor.setMap(ofInode: file, extents, nodeAt: 3999)
        try editor.write([33 * 32768 * 1024], inInode: file, at: 4)
        let report = try TestImage.check(scratch["image"])
        let found = try #require(report.findings.first { $0.kind == .limit })
        #expect(found.severity == .warning)
        #expect(
            found.message
                == "blocks of the file of orphans: truncated at 1048576 of at least 1081344")
    }

    @Test func `a directory of more blocks than there can be ends the pass`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            mkdir -p tree/dir; for i in $(seq 1 200); do : > tree/dir/some_name_of_a_file_$i; done
            mke2fs -qF -t ext4 -b 1024 -O ^metadata_csum -d tree image 8M
            e2fsck -fyD image >/dev/null || test $? -le 1
            """, in: scratch.path)
        let editor = try ImageEditor(scratch["image"])
        let directory = try editor.image.inode(atPath: Array("/dir".utf8))
        let start = try editor.firstBlock(ofInode: directory)
        // The tree has a note of every block up to the last, the hole before it included.
        let extents = [(first: UInt32(0), block: start, count: 3), (1_300_000, start + 3, 1)]
        try editor.setMap(ofInode: directory, extents)
        let report = try TestImage.check(scratch["image"])
        let found = try #require(report.findings.first { $0.kind == .limit })
        #expect(found.severity == .error && found.place.inode == directory)
        #expect(
            found.message.hasPrefix("directories claim more blocks than there are: truncated at 1"))
        #expect(found.message.contains(" of at least 1300"))
    }

    @Test func `entries of a quota file that are all in one block are cut`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            "mke2fs -qF -t ext4 -b 65536 -O quota,^metadata_csum,^has_journal image 32M",
            in: scratch.path)
        let editor = try ImageEditor(scratch["image"])
        let file = editor.superblock[Superblock.Fields.userQuotaInode]
        // Blocks of 1 KiB: a header, then nodes of four levels with 256 numbers each, then 256
        // blocks of entries for each of the last 781 nodes.
        let leaves: UInt32 = 832
        let count = leaves + 781 * 256
        var words = [UInt32](repeating: 0, count: Int(leaves) * 256)
        words.replaceSubrange(0..<6, with: [0xD9C0_1F11, 0, 0, 0, 0, count])
        words[256] = 2
        for node in 0..<4 as Range<UInt32> { words[512 + Int(node)] = 3 + node }
        for node in 0..<781 as Range<UInt32> { words[768 + Int(node)] = 7 + node }
        for leaf in 0..<781 * 256 as Range<UInt32> { words[7 * 256 + Int(leaf)] = leaves + leaf }
        try editor.write(words, atBlock: 400)
        try editor.write([UInt32](repeating: 0x0101_0101, count: 16384), atBlock: 420)
        let nodes = (first: UInt32(0), block: UInt32(400), count: 13)
        let entries = (13..<count / 64).map { (first: $0, block: UInt32(420), count: 1) }
        try editor.setMap(ofInode: file, [nodes] + entries, nodeAt: 421)
        try editor.write([count * 1024], inInode: file, at: 4)
        let report = try TestImage.check(scratch["image"])
        let found = try #require(report.findings.first { $0.kind == .limit })
        #expect(found.severity == .warning)
        #expect(
            found.message
                == "entries of the user quota file: truncated at 4194304 of at least 4194305")
    }

    @Test func `findings of one kind past the hundredth are counted`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            mkdir -p tree/dir; : > tree/file; for i in $(seq 1 150); do ln tree/file tree/dir/$i; done
            mke2fs -qF -t ext4 -d tree image 8M
            debugfs -wR 'clri /file' image
            """, in: scratch.path)
        let report = try TestImage.check(scratch["image"])
        let cut = try #require(report.truncated.first { $0.kind == .entryInode })
        #expect(cut.kept == 100 && cut.found == 151)
        #expect(report.findings.count { $0.kind == .entryInode } == 100)
    }

    @Test func `a path of more than 64 names is not shown`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            deep=$(printf '/d%.0s' $(seq 1 70)); mkdir -p "tree$deep"
            mke2fs -qF -t ext4 -d tree image 8M
            debugfs -wR "sif $deep links_count 7" image
            debugfs -wR "sif ${deep:0:120} links_count 7" image
            """, in: scratch.path)
        let report = try TestImage.check(scratch["image"])
        let places = report.findings.filter { $0.kind == .linkCount }.map(\.place)
        #expect(places.count == 2 && places.allSatisfy { $0.inode != nil })
        #expect(places.map { $0.path?.count } == [120, nil], "\(places)")
    }

    @Test func `a tree of more than 4096 folders in each other is linted that deep`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            for i in $(seq 1 4200); do echo 'mkdir d'; echo 'cd d'; done > commands
            mke2fs -qF -t ext4 -b 1024 -N 5000 image 16M
            debugfs -wf commands image >/dev/null
            """, in: scratch.path)
        let report = try Checker(MappedImage(path: scratch["image"]), now: Fsck.clock)
            .run(jobs: 2, lint: true)
        #expect(report.verdict == .clean, "\(report.findings.prefix(3))")
        let found = try #require(report.lint.first { $0.kind == .limit })
        #expect(found.severity == .note)
        #expect(found.message.contains("truncated at 4096 of at least 4097 folders deep"))
    }
}

import Ext4Image
import ImageBytes
import SystemPackage
import TestKit
import Testing

@testable import Golden

@Suite struct RecordTests {
    @Test func `a golden of an image is read back, and says what is in the image`() async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image("a.img")
        let golden = try fixture.recording(path).golden
        #expect(try GoldenParser.parse(golden.text).golden == golden)
        let facts = Dictionary(
            uniqueKeysWithValues: golden.superblock.map { ($0.name, $0.value) })
        #expect(facts["s_uuid"] == "44444444-4444-4444-8888-888888888888")
        #expect(facts["s_hash_seed"] == "11111111-2222-3333-4444-555555555555")
        #expect(facts["s_blocks_count"] == "4096")
        #expect(facts["s_volume_name"] == "\"\"")
        #expect(facts["s_magic"] == "0xef53")
        #expect(golden.groups.count == 1)
        let sum = try await Shell.run("sha256sum < '\(path)' | cut -d' ' -f1")
        #expect(golden.sha256.hex + "\n" == sum)
    }

    @Test func `the tree's lines are what the file system shows`() async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image("a.img")
        let entries = try fixture.recording(path).golden.entries
        #expect(
            entries.map(\.path) == [
                "/", "/deep", "/deep/er", "/deep/er/empty", "/deep/fifo", "/deep/holes",
                "/deep/link", "/deep/longlink", "/deep/numbers", "/etc", "/etc/hostname",
                "/etc/other", "/etc/with\\x20space", "/lost+found",
            ])
        func facts(_ path: String) -> String { entries.first { $0.path == path }?.facts ?? "" }
        #expect(facts("/deep") == "type=dir mode=0750 uid=0 gid=0 time=1")
        #expect(facts("/etc/other") == "hardlink=/etc/hostname")
        #expect(
            facts("/deep/er/empty") == "type=file mode=0644 uid=0 gid=0 nlink=1 time=1 size=0")
        #expect(
            facts("/deep/link")
                == "type=link mode=0777 uid=0 gid=0 nlink=1 time=1 link=../etc/hostname")
        #expect(facts("/deep/fifo") == "type=fifo mode=0644 uid=0 gid=0 nlink=1 time=1")
        #expect(facts("/deep/longlink").hasSuffix(String(repeating: "x", count: 100)))
        let page = Array("host\n".utf8) + [UInt8](repeating: 0, count: 4091)
        #expect(
            facts("/etc/hostname")
                == "type=file mode=0644 uid=0 gid=0 nlink=2 time=1 size=5 "
                + "content=\(SHA256Digest(of: page))")
    }

    @Test(arguments: ["numbers", "holes"])
    func `a file's digest is the dm-verity root over it`(name: String) async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image("a.img")
        let entries = try fixture.recording(path).golden.entries
        let facts = try #require(entries.first { $0.path == "/deep/\(name)" }?.facts)
        // The tool takes whole blocks only.
        let padded = fixture.folder["padded"]
        try await Shell.run(
            """
            cp 'tree/deep/\(name)' padded
            truncate -s %4096 padded
            """, in: fixture.folder.path)
        let root = try await DigestFixture().veritysetupRoot(padded)
        #expect(facts.hasSuffix("content=\(root)"))
    }

    @Test(arguments: [
        ("-b 1024", ""), ("-b 2048", ""), ("-b 4096 -N 500", ""), ("-b 4096", ",^has_journal"),
        ("-b 1024", ",^extent,^64bit"), ("-b 4096", ",inline_data"), ("-b 65536 -J size=8", ""),
        ("-b 4096 -G 1 -g 1024", ""),
    ])
    func `the same tree in another layout has the same tree digest`(
        options: String, features: String
    ) async throws {
        let fixture = try ImageFixture()
        let one = try await fixture.image("one.img")
        let other = try await fixture.image(
            "other.img", options: options, features: features, size: "64M")
        let reference = try fixture.recording(one).golden
        let golden = try fixture.recording(other).golden
        #expect(golden.entries == reference.entries)
        #expect(golden.tree == reference.tree)
        #expect(golden.root != reference.root)
    }

    @Test func `the tree digest is that of the lines`() async throws {
        let fixture = try ImageFixture()
        let golden = try fixture.recording(try await fixture.image("a.img")).golden
        let lines = golden.entries.map { "entry \($0.path) \($0.facts)\n" }.joined()
        #expect(golden.tree.digest == SHA256Digest(of: Array(lines.utf8)))
        #expect(golden.tree.entryCount == 14)
        let bare = try fixture.recording(fixture.folder["a.img"], entries: false).golden
        #expect(bare.tree == golden.tree)
        #expect(bare.entries.isEmpty)
    }

    @Test func `every block has an owner, and each class its digest`() async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image("a.img")
        let survey = try fixture.survey(path)
        let classes = try #require(survey.classes)
        #expect(classes.map(\.name) == OwnerClassName.allCases.map(\.rawValue))
        #expect(classes.reduce(0) { $0 + $1.blockCount } == 4096)
        // debugfs is the second opinion on who owns what.
        let blocks = try await Shell.run(
            """
            debugfs -R 'blocks /deep/numbers' a.img 2>/dev/null
            echo
            debugfs -R 'blocks /etc' a.img 2>/dev/null
            echo
            dumpe2fs a.img 2>/dev/null | sed -n 's/^  Free blocks: //p'
            """, in: fixture.folder.path
        ).split(separator: "\n")
        let owners = try #require(survey.owners)
        for (index, block) in blocks[0].split(separator: " ").enumerated() {
            let owner = owners.owner(of: try #require(UInt64(block)))
            guard case .content(_, let logical, _) = owner else {
                Issue.record("\(owner)")
                continue
            }
            #expect(logical == UInt64(index))
            #expect(OwnerClassName(of: owner, in: owners.image) == .data)
        }
        for block in blocks[1].split(separator: " ") {
            let owner = owners.owner(of: try #require(UInt64(block)))
            #expect(OwnerClassName(of: owner, in: owners.image) == .directories)
        }
        var free: UInt64 = 0
        for run in blocks[2].split(separator: ",") {
            let ends = run.split(separator: "-").compactMap { UInt64($0.drop { $0 == " " }) }
            let (first, last) = (try #require(ends.first), try #require(ends.last))
            free += last - first + 1
            #expect(owners.owner(of: first) == .free)
            #expect(owners.owner(of: last) == .free)
        }
        #expect(classes.last?.blockCount == free)
    }

    @Test func `one changed block changes the digest of its class alone`() async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image("a.img")
        let before = try #require(fixture.survey(path).classes)
        try await Shell.run(
            """
            block=$(debugfs -R 'blocks /deep/numbers' a.img 2>/dev/null | cut -d' ' -f3)
            printf X | dd of=a.img bs=1 seek=$((block * 4096 + 5)) conv=notrunc status=none
            """, in: fixture.folder.path)
        let after = try #require(fixture.survey(path).classes)
        let changed = zip(before, after).filter { $0 != $1 }.map(\.0.name)
        #expect(changed == ["data"])
    }

    @Test func `raw, compressed and partition give one golden`() async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image("a.img")
        try await Shell.run(
            """
            zstd -q a.img -o a.img.zst
            truncate -s 20M disk
            printf 'label: dos\\nstart=2048, size=32768, type=83\\n' | sfdisk -q disk
            dd if=a.img of=disk bs=1M seek=1 conv=notrunc status=none
            """, in: fixture.folder.path)
        let golden = try fixture.recording(path)
        #expect(try fixture.recording(fixture.folder["a.img.zst"]) == golden)
        let disk = try fixture.survey(fixture.folder["disk"], part: .partition(1))
        #expect(try Recording(of: disk) == golden)
    }

    @Test func `the number of threads changes nothing`() async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image("a.img")
        let reference = try Recording(of: fixture.survey(path, jobs: 1))
        for jobs in [2, 3, 8] {
            #expect(try Recording(of: fixture.survey(path, jobs: jobs)) == reference)
        }
    }

    @Test func `what is no file system is not blessed`() throws {
        let fixture = try ImageFixture()
        let path = fixture.folder["none.img"]
        let file = try FileDescriptor.open(
            path, .readWrite, options: .create, permissions: .ownerReadWrite)
        try file.resize(to: 1 << 20)
        try file.close()
        #expect {
            try fixture.recording(path)
        } throws: { error in
            guard case .image = error as? RecordError else { return false }
            return true
        }
    }
}

@Suite struct TailTests {
    /// Bytes after a file's end are not the file's: its digest does not see them.
    @Test func `what lies after the end of a file does not change its digest`() async throws {
        let fixture = try ImageFixture()
        let path = try await fixture.image("a.img")
        let before = try fixture.survey(path)
        try await Shell.run(
            """
            block=$(debugfs -R 'blocks /etc/hostname' a.img 2>/dev/null | tr -d ' ')
            printf X | dd of=a.img bs=1 seek=$((block * 4096 + 4095)) conv=notrunc status=none
            """, in: fixture.folder.path)
        let after = try fixture.survey(path)
        #expect(after.digest.root != before.digest.root)
        #expect(try after.tree?.get().tree == before.tree?.get().tree)
    }

    @Test(arguments: [0, 1, 5, 63, 64, 65, 4095, 4096])
    func `the used bytes of a page end with the last that is not zero`(count: Int) {
        var page = [UInt8](repeating: 0, count: 4096)
        if count > 0 { page[count - 1] = 1 }
        let used = PageHasher.usedByteCount(of: page.span.bytes)
        #expect(used == count)
    }
}

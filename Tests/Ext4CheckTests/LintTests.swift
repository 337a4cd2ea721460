import Ext4Check
import ImageBytes
import SystemPackage
import TestKit
import Testing

@Suite struct LintTests {
    /// Changes that leave something behind, by debugfs or the shell, and the lint that finds it.
    static let traces: [(String, FindingKind)] = [
        ("debugfs -w -R 'set_inode_field <12> atime 1700000000' image", .lintTime),
        ("debugfs -w -R 'set_inode_field <12> mtime 1700000000' image", .lintTime),
        ("debugfs -w -R 'set_inode_field <12> generation 77' image", .lintGeneration),
        ("debugfs -w -R 'set_super_value mnt_count 3' image", .lintMounted),
        ("debugfs -w -R 'set_super_value kbytes_written 9' image", .lintMounted),
        ("debugfs -w -R 'set_super_value mkfs_time 1700000000' image", .lintTime),
        (
            "debugfs -w -R 'set_super_value uuid 794930ff-445a-4a4c-8465-39053a58b29c' image",
            .lintIdentity
        ),
        ("printf residue | dd of=image bs=1 seek=100 conv=notrunc status=none", .lintResidue),
        ("printf residue >>image", .lintResidue),
        (
            "free=$(debugfs -R 'ffb 1 3000' image | tr -dc 0-9 | tail -c 4); "
                + "printf residue | dd of=image bs=1 seek=$((free * 1024)) conv=notrunc status=none",
            .lintResidue
        ),
    ]

    /// A file system in which a lint of most kinds finds nothing.
    private func make(_ scratch: ScratchFolder) async throws -> FilePath {
        let image = scratch["image"]
        try await Shell.run(
            """
            mkdir tree && printf a >tree/a && printf b >tree/b && mkdir tree/lost+found
            touch -d @1 tree/a tree/b tree/lost+found tree
            E2FSPROGS_FAKE_TIME=1 mke2fs -q -F -t ext4 -b 1024 -O ^has_journal,^resize_inode \
              -U 44444444-4444-4444-8888-888888888888 -E lazy_itable_init=0,no_copy_xattrs \
              -d tree image 8M 2>/dev/null
            debugfs -w -R 'set_super_value kbytes_written 0' image 2>/dev/null
            """, in: scratch.path)
        return image
    }

    private func lint(_ image: FilePath, epoch: Int64? = nil) throws -> [CheckFinding] {
        try Checker(MappedImage(path: image), epoch: epoch).run(jobs: 2).lint
    }

    @Test(arguments: traces.indices)
    func `what is left behind is found`(_ index: Int) async throws {
        let (command, kind) = Self.traces[index]
        let scratch = try ScratchFolder()
        let image = try await make(scratch)
        let before = try lint(image)
        try await Shell.run("{ \(command); } 2>/dev/null", in: scratch.path)
        let after = try lint(image)
        let new = after.filter { !before.contains($0) }
        #expect(new.contains { $0.kind == kind }, "\(command): \(after)")
    }

    @Test func `another epoch makes every time stamp a finding`() async throws {
        let scratch = try ScratchFolder()
        let image = try await make(scratch)
        let times = try lint(image, epoch: 1_000_000).filter { $0.kind == .lintTime }
        #expect(times.contains { $0.place.field == "s_mkfs_time" })
    }

    @Test func `the number of jobs changes nothing of the lint`() async throws {
        let scratch = try ScratchFolder()
        let image = try await TestImage.make("-b 1024 -O inline_data", in: scratch)
        let alone = try Checker(MappedImage(path: image)).run(jobs: 1).lint
        #expect(!alone.isEmpty)
        for jobs in [2, 3, 8] {
            #expect(try Checker(MappedImage(path: image)).run(jobs: jobs).lint == alone)
        }
    }
}

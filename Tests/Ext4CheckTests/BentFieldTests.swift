import Ext4Check
import SystemPackage
import TestKit
import Testing

/// Changes for which a list of all single fields has no value, or no place: found by bending images
/// at random.
@Suite struct BentFieldTests {
    struct Bend: Sendable, CustomStringConvertible {
        let description: String
        /// What mke2fs is told.
        let options: String
        /// What is done to the image, by a shell that has `put BYTE OFFSET`, `inode NUMBER FIELD VALUE`,
        /// `place INODE` and `block FILE NUMBER`.
        let commands: String

        init(_ description: String, _ options: String, _ commands: String) {
            self.description = description
            self.options = options
            self.commands = commands
        }
    }

    private static let ext3 =
        "-O none,filetype,dir_index,ext_attr,sparse_super,large_file -b 1024 -j -J size=1"

    private static let hurd = "-b 1024 -I 128 -o hurd -O none,ext_attr,large_file"

    static let bends = [
        Bend("an encrypted journal", "-b 1024 -J size=1", "inode 8 flags 0x80800"),
        Bend("an encrypted journal with a copy of its map", ext3, "inode 8 flags 0x800"),
        Bend("a journal without links with a copy of its map", ext3, "inode 8 links_count 0"),
        Bend(
            "an encrypted journal with a bent copy of its map", ext3,
            "inode 8 flags 0x800; put 0 $((1024 + 0x10C))"),
        Bend(
            "an error in a journal that is empty", ext3,
            "put 2 $(($(block '<8>' 0) * 1024 + 35))"),
        Bend(
            "an error in a journal that waits for recovery", ext3,
            "put 2 $(($(block '<8>' 0) * 1024 + 35)); debugfs -w -R 'feature needs_recovery' image"),
        Bend(
            "a quota block at two levels of its tree", "-b 1024 -O quota -J size=1",
            "put 5 $(($(block '<3>' 2) * 1024 + 316))"),
        Bend(
            "another length of a hash tree's facts", ext3,
            "e2fsck -fyD image || true; put 12 $(($(block /many 0) * 1024 + 29))"),
        Bend(
            "another length of a hash tree's facts in a small one", ext3,
            "e2fsck -fyD image || true; put 80 $(($(block /many 0) * 1024 + 29))"),
        Bend("a descriptor size that is not used", ext3, "put 100 $((1024 + 0xFE))"),
        Bend("a possible descriptor size that is not used", ext3, "put 8 $((1024 + 0xFE))"),
        Bend(
            "a long interval of multi-mount protection",
            "-O mmp,^metadata_csum -b 1024 -J size=1",
            "put 13 $(($(dumpe2fs -h image 2>/dev/null | sed -n 's/^MMP block number: *//p')"
                + " * 1024 + 0x70))"),
        Bend("the number of a fragment on the Hurd", hurd, "put 1 $(($(place 11) + 0x74))"),
        Bend("the size of a fragment on the Hurd", hurd, "put 1 $(($(place 11) + 0x75))"),
        Bend("a high half of the mode on the Hurd", hurd, "put 1 $(($(place 11) + 0x76))"),
        Bend("a translator outside the file system", hurd, "put 255 $(($(place 11) + 0x27))"),
        Bend("a translator in a free block", hurd, "put 15 $(($(place 11) + 0x25))"),
        Bend("a translator of the bad blocks", hurd, "put 255 $(($(place 1) + 0x27))"),
        Bend("a translator in a descriptor", hurd, "put 2 $(($(place 11) + 0x24))"),
        Bend(
            "a checksum of an inode from no Linux", "-b 1024 -J size=1",
            "debugfs -w -R 'ssv creator_os 3' image; put 1 $(($(place 11) + 0x82))"),
        Bend(
            "a high half of blocks from another system",
            "-b 1024 -O ^huge_file,^64bit,^metadata_csum",
            "debugfs -w -R 'ssv creator_os 4' image; debugfs -w -R 'sif /dir/short blocks_hi 1' image"
        ),
        Bend(
            "more free blocks than whole clusters", "-b 1024 -O bigalloc -C 4096 -J size=1",
            "debugfs -w -R \"ssv free_blocks_count $(("
                + "$(dumpe2fs -h image 2>/dev/null | sed -n 's/^Free blocks: *//p') + 1))\" image"),
        Bend(
            "a file named as that of a quota that is not kept", "-b 1024 -J size=1",
            "debugfs -w -R 'ssv usr_quota_inum 12' image"),
        Bend(
            "the root named as the file of orphans", "-b 1024 -J size=1",
            "put 2 $((1024 + 0x280)); debugfs -w -R 'ssv mkfs_time 0' image"),
        Bend(
            "an announced orphan", "-b 1024 -O orphan_file,^metadata_csum -J size=1",
            "put 13 $(($(block '<12>' 0) * 1024)); put 1 $((1024 + 0x66))"),
        Bend(
            "revision 0 with features", "-b 4096 -I 128 -J size=4 -O ^metadata_csum", "put 0 1100"),
        Bend(
            "revision 0 with a file of 2 GiB", "-b 4096 -I 128 -J size=4 -O ^metadata_csum",
            "debugfs -w -R 'sif /big size 0x80000000' image; put 0 1100"),
        Bend(
            "revision 0 with short files", "-b 4096 -I 128 -J size=4 -O ^metadata_csum",
            "debugfs -w -R 'rm /sparse' image; e2fsck -fy image || true; put 0 1100"),
        Bend(
            "a checksum of orphans without the feature",
            "-b 1024 -O orphan_file,^metadata_csum -J size=1",
            "put 1 $(($(block '<12>' 1) * 1024 + 1020))"),
    ]

    @Test(arguments: bends)
    func `a bent image gets the verdict of e2fsck`(_ bend: Bend) async throws {
        let scratch = try ScratchFolder()
        let image = try await TestImage.make(bend.options, in: scratch)
        let before = try TestImage.check(image)
        #expect(before.verdict == .clean, "\(before.findings.prefix(3))")
        try await Shell.run(
            """
            put() { printf "\\\\$(printf %o $1)" | dd of=image bs=1 seek=$2 conv=notrunc status=none; }
            inode() { debugfs -w -R "sif <$1> $2 $3" image; }
            place() {
              debugfs -R "imap <$1>" image 2>/dev/null \
              | sed -n 's/^.*block \\([0-9]*\\), offset \\(0x[0-9a-f]*\\)$/\\1 \\2/p' \
              | { read number offset; echo $((number * 1024 + offset)); }
            }
            block() { debugfs -R "bmap $1 $2" image 2>/dev/null; }
            cp image before
            \(bend.commands)
            ! cmp -s image before
            """, in: scratch.path)
        let opinion = try await Fsck.opinion(image)
        let report = try TestImage.check(image)
        #expect(
            opinion.isClean == (report.verdict == .clean),
            "e2fsck says \(opinion.problem ?? "nothing"), we say \(report.findings.prefix(3))")
    }
}

import Ext4Check
import TestKit
import Testing

@Suite struct FeatureMixTests {
    /// Options of mke2fs, one line a file system.
    static let mixes = """
        -b 1024
        -b 2048
        -b 4096
        -b 8192
        -b 16384
        -b 32768
        -b 65536
        -T ext2 -O none,filetype -b 1024
        -O ^extents,^64bit,^metadata_csum,^flex_bg -b 4096
        -I 128 -b 4096
        -I 1024 -b 4096
        -O bigalloc -C 65536
        -O bigalloc -b 1024 -C 16384
        -O bigalloc,quota -C 32768
        -O inline_data -I 512
        -O inline_data -I 256 -b 1024
        -O quota,project -I 512
        -O casefold -E encoding_flags=strict
        -O verity,encrypt,stable_inodes
        -O orphan_file,metadata_csum_seed
        -O meta_bg,^resize_inode -b 1024
        -O sparse_super2 -b 1024
        -O ^flex_bg -b 1024
        -O ^64bit -b 1024
        -O ea_inode,large_dir,mmp
        -O ^metadata_csum,uninit_bg -b 1024
        -O ^metadata_csum,^uninit_bg
        -O ^has_journal,^resize_inode
        -O ^filetype,^dir_index
        -O ^sparse_super,^resize_inode -b 1024
        -O fast_commit
        -O ^large_file,^huge_file,^dir_nlink,^extra_isize
        -g 1024 -b 1024
        -r 1 -m 0
        -T ext2 -O none -r 0 -b 1024
        -O sparse_super2,^resize_inode -E num_backup_sb=0
        -E lazy_itable_init=0,lazy_journal_init=0
        -E packed_meta_blocks=1 -b 1024
        -G 64 -b 1024
        -N 100000 -b 1024
        -O ^ext_attr
        -O project
        -O casefold,encrypt
        -E stride=4,stripe_width=16
        -O bigalloc,meta_bg,^resize_inode -b 1024 -C 8192
        -O inline_data,ea_inode -I 1024
        -O meta_bg,^resize_inode -b 4096 -g 256
        -b 65536 -O bigalloc,^has_journal -C 262144
        -b 65536 -I 128 -O ^has_journal
        -J size=16,location=20000
        """.split(separator: "\n").map(String.init)

    @Test(arguments: mixes)
    func `what mke2fs makes is clean, as e2fsck says`(_ options: String) async throws {
        let scratch = try ScratchFolder()
        let image = try await TestImage.make(options, size: "96M", in: scratch)
        let opinion = try await Fsck.opinion(image)
        #expect(opinion.isClean, "\(opinion.problem ?? "endless")")
        let report = try TestImage.check(image)
        #expect(report.verdict == .clean)
        #expect(report.findings.isEmpty, "\(report.findings.prefix(3))")
    }
}

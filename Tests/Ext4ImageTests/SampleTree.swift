import SystemPackage
import TestKit

/// A small tree with one of everything, and images of it by mke2fs.
enum SampleTree {
    /// What mke2fs is asked for; each line makes other structures.
    static let shapes = [
        "-t ext4 -b 1024", "-t ext4 -b 4096", "-t ext3 -b 1024 -J size=1", "-t ext2 -b 2048",
        "-t ext4 -b 1024 -O inline_data,^has_journal",
        "-t ext4 -b 1024 -O bigalloc,^has_journal -C 8192",
        "-t ext4 -b 1024 -O meta_bg,^resize_inode -g 1024",
        "-t ext4 -b 1024 -O ^metadata_csum,uninit_bg,^64bit -I 128",
        "-t ext4 -b 1024 -O sparse_super2,quota,project,ea_inode,mmp,orphan_file",
        "-t ext4 -b 1024 -g 2048 -O ^flex_bg,^sparse_super,^resize_inode",
    ]

    /// Makes `image` in a folder, of 12 MiB, sound by e2fsck, with hash trees.
    static func makeImage(_ options: String, in folder: FilePath) async throws {
        try await Shell.run(
            """
            mkdir -p tree/directory tree/many; cd tree
            echo content > file; : > empty; ln file directory/second-name; ln -s file short
            ln -s $(printf 'l%.0s' $(seq 200)) long; seq 20000 > numbers
            for i in $(seq 400); do : > many/a-rather-long-name-for-an-empty-file-$i; done
            for i in $(seq 0 2 40); do
                printf 'piece %d' $i | dd of=pieces bs=4096 seek=$i conv=notrunc status=none
            done
            setfattr -n user.small -v tiny file || echo none > ../no-xattrs
            setfattr -n user.large -v "$(printf 'v%.0s' $(seq 500))" file || true
            mkfifo pipe; cd ..
            truncate -s 12M image; mke2fs -qF -N 1024 \(options) -d tree image 2> mke2fs.log
            e2fsck -fyD image > e2fsck.log || [ $? -eq 1 ]
            """, in: folder)
    }
}

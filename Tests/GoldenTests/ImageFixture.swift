import Ext4Image
import HostSystem
import ImageBytes
import SystemPackage
import TestKit

@testable import Golden

/// Images that mke2fs makes of a small tree, always the same bytes.
struct ImageFixture {
    let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    /// A tree with a file of every kind that an unprivileged `cp` can make.
    static let tree = """
        mkdir -p tree/etc tree/deep/er
        echo host > tree/etc/hostname
        printf 'a b' > 'tree/etc/with space'
        seq 1 60000 > tree/deep/numbers
        truncate -s 2M tree/deep/holes
        printf end | dd of=tree/deep/holes bs=1 seek=3000000 conv=notrunc status=none
        : > tree/deep/er/empty
        ln -s ../etc/hostname tree/deep/link
        ln -s "$(printf 'x%.0s' {1..100})" tree/deep/longlink
        ln tree/etc/hostname tree/etc/other
        mkfifo tree/deep/fifo
        chmod 0750 tree/deep
        find tree -exec touch -h -d @1 {} +
        """

    private static let features =
        "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,"
        + "sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum"

    /// Makes `name` of the tree; `options` and `features` go to mke2fs, `commands` run after it.
    func image(
        _ name: String, options: String = "-b 4096", features: String = "", size: String = "16M",
        setUp: String = "", then commands: String = ""
    ) async throws -> FilePath {
        try await Shell.run(
            """
            rm -rf tree
            \(Self.tree)
            \(setUp)
            export E2FSPROGS_FAKE_TIME=1 TZ=UTC
            rm -f '\(name)'
            mke2fs -q -F -I 256 -O '\(Self.features)\(features)' \
                -U 44444444-4444-4444-8888-888888888888 \
                -E hash_seed=11111111-2222-3333-4444-555555555555,root_owner=0:0 \
                \(options) -d tree '\(name)' \(size) 2> /dev/null
            # The ctime and atime are the host's, which mke2fs copies.
            find tree -printf '%P\\n' | while read -r path; do
                for field in atime ctime mtime crtime; do
                    echo "set_inode_field \\"/$path\\" $field @1"
                done
            done | debugfs -w -f - '\(name)' > /dev/null 2>&1
            \(commands)
            """, in: folder.path)
        return folder[name]
    }

    func survey(
        _ path: FilePath, jobs: Int = 2, entries: Bool = true, part: ImageSource.Part = .whole
    ) throws -> ImageSurvey {
        let bytes = try ImageSource(path: path, part: part).open()
        return try ImageSurvey(
            of: bytes, jobs: jobs, blocks: true, plain: true, entries: entries)
    }

    func recording(_ path: FilePath, entries: Bool = true) throws -> Recording {
        try Recording(of: survey(path, entries: entries))
    }
}

import Ext4Check
import ImageBytes
import SystemPackage
import TestKit

/// Makes file systems to check, with the machine's own mke2fs.
enum TestImage {
    /// Makes one of a folder with every kind of file.
    ///
    /// - Parameters:
    ///   - options: what mke2fs is told beside `-t ext4`.
    ///   - size: the image's size, as mke2fs reads it.
    ///   - scratch: where the image and the folder are made.
    /// - Returns: the image.
    /// - Throws: `Shell.Failure` where mke2fs fails.
    static func make(
        _ options: String, size: String = "24M", in scratch: ScratchFolder
    ) async throws -> FilePath {
        let image = scratch["image"]
        try await Shell.run(
            """
            \(sample)
            export MKE2FS_DETERMINISTIC=1
            export E2FSPROGS_FAKE_TIME=1000000000
            rm -f image
            mke2fs -q -F -t ext4 -U 01234567-89ab-cdef-0123-456789abcdef \
              -E hash_seed=fedcba98-7654-3210-fedc-ba9876543210 \(options) -d tree image \(size)
            # mke2fs does not count what it copies in, which e2fsck then does.
            case '\(options)' in
            *quota*) e2fsck -fy image >/dev/null || test $? -le 1 ;;
            esac
            """, in: scratch.path)
        return image
    }

    /// A folder with a large directory, links of both kinds, holes, attributes and, where the user
    /// may make them, devices.
    private static let sample = """
        mkdir -p tree/dir/sub tree/many
        for i in $(seq 1 200); do echo $i >tree/many/a_file_with_a_rather_long_name_$i; done
        echo hi >tree/dir/f
        ln -f tree/dir/f tree/dir/g
        ln -sf f tree/dir/short
        ln -sf $(printf 'x%.0s' $(seq 1 100)) tree/dir/long
        test -p tree/dir/pipe || mkfifo tree/dir/pipe
        test -e tree/dir/device || mknod tree/dir/device c 1 3 2>/dev/null || true
        yes | head -c 700000 >tree/big
        truncate -s 3G tree/sparse
        printf x | dd of=tree/sparse bs=1 seek=2999999999 conv=notrunc status=none
        for i in $(seq 1 40); do
          printf z | dd of=tree/pieces bs=1 seek=$((i*131072)) conv=notrunc status=none
        done
        setfattr -n user.large -v "$(printf 'v%.0s' $(seq 1 900))" tree/dir/f 2>/dev/null || true
        setfattr -n user.small -v small tree/big 2>/dev/null || true
        """

    /// What the checker says of an image.
    static func check(_ image: FilePath, jobs: Int = 2) throws -> CheckReport {
        try Checker(MappedImage(path: image), now: Fsck.clock).run(jobs: jobs, lint: false)
    }
}

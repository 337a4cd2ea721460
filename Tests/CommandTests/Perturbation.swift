import Testing

/// A build of the sample tree under a circumstance that must not matter.
///
/// `script` runs in a workshop and calls `build`, a function that builds `$root` (the sample tree,
/// unless set) to `$image` (out/image, unless set) with whatever it is given in front of the command,
/// and `$extra` behind it.
struct Perturbation: Sendable, CustomTestStringConvertible {
    let circumstance: String
    let script: String

    init(_ circumstance: String, _ script: String) {
        self.circumstance = circumstance
        self.script = script
    }

    var testDescription: String { circumstance }

    /// What everybody can try.
    static let common: [Perturbation] = clocks + places + process + output + restaged

    private static let clocks = [
        Perturbation("a clock in 2041", "build faketime -f '2041-05-05 05:05:05'"),
        Perturbation("a clock in 1970", "build faketime -f '1970-01-01 12:00:00'"),
        Perturbation("a clock that runs a day a second", "build faketime -f '+1y x86400'"),
        Perturbation("the time zone of Kathmandu", "build env TZ=Asia/Kathmandu"),
        Perturbation("a time zone that there is not", "build env TZ=:/nowhere"),
        Perturbation("another epoch in the environment", "build env SOURCE_DATE_EPOCH=1234567890"),
    ]

    private static let places = [
        Perturbation("a Turkish locale", "build env LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8"),
        Perturbation("the locale C", "build env LC_ALL=C LANGUAGE=de"),
        Perturbation("a relative root", "cd \"$tree\"; root=. image=$OLDPWD/out/image build"),
        Perturbation("a root with detours", "root=$tree/linear/..//./ build"),
        Perturbation("a link to the root", "ln -s \"$tree\" link; root=link build"),
        Perturbation(
            "an output elsewhere, with another name",
            "image=$PWD/tmp/$'other \\xff name' build; mv tmp/other* out/image"),
        Perturbation("an output in the current folder", "cd out; image=image build"),
    ]

    private static let process = [
        Perturbation("umask 077", "umask 077; build"),
        Perturbation("umask 0", "umask 0; build"),
        Perturbation("an empty environment", "build env -i"),
        Perturbation(
            "variables that libext2fs and e2fsck read",
            """
            echo '[defaults]\nblocksize = 1024\ninode_size = 128\nbase_features = ^extent' > conf
            build env E2FSPROGS_FAKE_TIME=1234567890 MKE2FS_CONFIG=$PWD/conf E2FSCK_CONFIG=$PWD/conf \
                UNIX_IO_NOZEROOUT=1 UNIX_IO_FORCE_BOUNCE=1 MKE2FS_SYNC=1 TEST_IO_FLAGS=65535 \
                MKE2FS_DEVICE_SECTSIZE=4096 MKE2FS_DEVICE_PHYS_SECTSIZE=65536 EXT2FS_NO_MTAB_OK=1 \
                UNDO_IO_SIMULATE_UNFINISHED=1 EXTENT_TEST_FLAGS=7 E2FSCK_FORCE_JOURNAL_REPLAY=1
            """),
        Perturbation(
            "variables that say who and where",
            "build env USER=nobody LOGNAME=nobody HOME=/nowhere HOSTNAME=other PWD=/ SHELL=/bin/false"
        ),
        Perturbation("heap garbage 0xA5", "build env MALLOC_PERTURB_=165"),
        Perturbation("heap garbage 0x01", "build env MALLOC_PERTURB_=1 MALLOC_ARENA_MAX=1"),
        Perturbation("no randomised addresses", "build setarch -R"),
        Perturbation("one processor", "build taskset -c 0"),
        Perturbation("one job", "extra='--jobs 1' build"),
        Perturbation("two jobs", "extra='--jobs 2' build"),
        Perturbation("three jobs", "extra='--jobs 3' build"),
        Perturbation("eight jobs", "extra='--jobs 8' build"),
        Perturbation("few files may be open", "ulimit -n 40; extra='--jobs 8' build"),
        Perturbation("no standard streams", "build 0<&- 1>&- 2>&-"),
        Perturbation("a lazy processor", "build nice -n 10"),
        Perturbation(
            "fakeroot",
            """
            # It hides the attributes that a file really has, so there must be none to ask for.
            for wrapper in env fakeroot; do
                $wrapper "$assay" build --root "$tree" --no-check -o tmp/$wrapper > /dev/null
            done
            cmp tmp/env tmp/fakeroot; build
            """),
    ]

    private static let output = [
        Perturbation("with digests", "extra=--digest build"),
        Perturbation("with a report in JSON", "extra='--format json' build"),
        Perturbation("with a check", "extra=--check build"),
        Perturbation(
            "on a terminal",
            """
            export -f build; export tree
            SHELL=$(command -v bash) script -qec 'build' /dev/null > /dev/null
            """),
        Perturbation("over an older image", "head -c 50M /dev/urandom > out/image; build"),
        Perturbation(
            "compressed and decompressed", "image=out/image.zst build; zstd -dq out/image.zst"),
        Perturbation(
            "to a file system without unnamed files",
            """
            build strace -f -o trace -P out -e trace=openat \
                -e inject=openat:error=EOPNOTSUPP:when=1
            grep -q INJECTED trace
            """),
    ]

    private static let restaged = [
        Perturbation("a copy by cp -a", "cp -a \"$tree\" copy; root=copy build"),
        Perturbation(
            "a copy without holes", "cp -a --sparse=never \"$tree\" copy; root=copy build"),
        Perturbation(
            "a copy with every hole there can be",
            "cp -a --sparse=always \"$tree\" copy; root=copy build"),
        Perturbation(
            "names made in reverse order",
            """
            cp -a "$tree" copy; cd copy
            # Every name leaves its folder and comes back, the last one first.
            mkdir ../aside
            find . -type d -print0 | while IFS= read -r -d '' folder; do
                find "$folder" -mindepth 1 -maxdepth 1 -print0 | LC_ALL=C sort -rz > ../list
                mtime=$(stat -c %Y "$folder")
                xargs -0r mv -t ../aside -- < ../list
                sed -z 's,.*/,../aside/,' ../list | xargs -0r mv -t "$folder" --
                touch -d @$mtime "$folder"
            done
            cd ..; root=copy build
            """),
        Perturbation(
            "other access times",
            "cp -a \"$tree\" copy; find copy -exec touch -ahd @5 -- {} +; root=copy build"),
        Perturbation(
            "other modification times",
            "cp -a \"$tree\" copy; find copy -exec touch -hd @5 -- {} +; root=copy build"),
        Perturbation(
            "attributes that nobody asked for",
            """
            cp -a "$tree" copy; cd copy
            setfattr -n user.unwanted -v junk large empty-folder
            setfacl -m u:1234:r-- large; chmod 644 large
            cd ..; root=copy build
            """),
    ]

    /// What takes root to try.
    static let privileged: [Perturbation] = [
        Perturbation(
            "the user nobody",
            "chmod 777 out tmp; build setpriv --reuid=65534 --regid=65534 --clear-groups"),
        Perturbation(
            "other owners",
            """
            cp -a "$tree" copy; chown -hR 4321:54321 copy
            # chown takes this bit away.
            chmod u+s copy/linear/1; root=copy build
            """),
        Perturbation("another host", "build unshare --uts bash -c 'hostname other; exec \"$@\"' -"),
        Perturbation("a host in its own namespaces", "build unshare --pid --fork --mount --net"),
        Perturbation(
            "file flags of the host", "cp -a \"$tree\" copy; chattr +Ad copy/large; root=copy build"
        ),
    ]

    /// Source and output on file systems of their own, inside a mount namespace that goes with its
    /// last process.
    static let fileSystems: [Perturbation] = [
        ("tmpfs", "mount -t tmpfs none disk"),
        ("ext4", "truncate -s 200M d; mkfs.ext4 -q d; mount -o loop d disk"),
        (
            "ext4 with blocks of 1 KiB",
            "truncate -s 200M d; mkfs.ext4 -qb 1024 d; mount -o loop d disk"
        ),
        ("xfs", "truncate -s 320M d; mkfs.xfs -q d; mount -o loop d disk"),
        ("btrfs", "truncate -s 200M d; mkfs.btrfs -q d; mount -o loop d disk"),
        (
            "overlay",
            """
            mount -t tmpfs none disk; mkdir disk/{lower,upper,work,all}
            mount -t overlay -o lowerdir=disk/lower,upperdir=disk/upper,workdir=disk/work all disk/all
            mount --bind disk/all disk
            """
        ),
    ].map { name, mount in
        Perturbation(
            name,
            """
            mkdir disk; export -f build; export tree
            unshare --mount bash -eu -o pipefail -c "$(cat <<'END'
            \(mount)
            cp -a "$tree" disk/copy
            root=disk/copy image=disk/image build
            cp disk/image out/image
            if cp -a --reflink=always disk/copy disk/again 2> /dev/null; then
                root=disk/again image=disk/image2 build
                cmp disk/image disk/image2
            fi
            # A link from another file system, and blocks of zeros that nothing announces.
            cp -a --sparse=never "$tree" disk/dense
            : > disk/image3; ln -s disk/image3 link
            root=disk/dense image=link build
            cmp disk/image disk/image3
            END
            )"
            """)
    }
}

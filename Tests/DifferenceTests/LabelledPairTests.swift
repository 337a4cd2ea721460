import Difference
import Golden
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Pairs of images that differ by one change each: the primary causes are exactly what was done.
struct LabelledPairTests {
    struct Pair: CustomTestStringConvertible {
        let testDescription: String
        let change: String
        let causes: Set<Cause.Name>

        init(_ name: String, _ causes: Set<Cause.Name>, _ change: String) {
            testDescription = name
            self.change = change
            self.causes = causes
        }
    }

    static let pairs = [
        Pair("uuid", [.uuid], "tune2fs -U 99999999-8888-4777-8666-555555555555 b.img > /dev/null"),
        Pair("label", [.label], "tune2fs -L new b.img > /dev/null"),
        Pair(
            "hash seed", [.hashSeed],
            "edit <<< 'set_super_value hash_seed 77777777-2222-3333-4444-555555555555'"),
        Pair("one mtime", [.timestamp], "edit <<< 'set_inode_field /etc/hostname mtime @1234'"),
        Pair(
            "every atime", [.timestamp],
            """
            for i in $(seq 12 150); do echo "set_inode_field <$i> atime @1234"; done | edit
            """),
        Pair(
            "content of the same length", [.content],
            #"poke "$(block /bin/ls) * 4096 + 100" 'xyz'"#),
        Pair(
            "content of another length", [.content],
            """
            cat tree/bin/ls tree/bin/cat > longer
            edit <<< $'rm /etc/hostname\\nwrite longer /etc/hostname'
            echo "set_inode_field /etc/hostname mtime @1000000
            $(for field in atime ctime mtime crtime; do
                debugfs -R 'stat /etc/hostname' a.img 2> /dev/null |
                    sed -n "s/ *$field: 0x\\([0-9a-f]*\\):\\([0-9a-f]*\\).*/\\1 \\2/p" |
                    while read -r seconds extra; do
                        echo "set_inode_field /etc/hostname $field @$((0x$seconds))"
                        echo "set_inode_field /etc/hostname ${field}_extra 0x$extra"
                    done
            done)" | edit
            """),
        Pair(
            "one byte of slack", [.residue],
            #"poke "($(block /etc/hostname) + 1) * 4096 - 10" 'x'"#),
        Pair("one byte of a free block", [.residue], #"poke "4000 * 4096" 'x'"#),
        Pair("an added file", [.added], "edit <<< 'write tree/bin/cat /etc/new'"),
        Pair("an added folder", [.added], "edit <<< 'mkdir /etc/new'"),
        Pair(
            "an added link", [.added], "edit <<< $'ln /bin/ls /etc/ls\\nsif /bin/ls links_count 2'"),
        Pair("a removed file", [.removed], "edit <<< 'rm /bin/ls'"),
        Pair("chmod", [.mode], "edit <<< 'set_inode_field /bin/ls mode 0100755'"),
        Pair("chattr", [.mode], "edit <<< 'set_inode_field /bin/ls flags 0x80010'"),
        Pair("chown", [.owner], "edit <<< 'set_inode_field /bin/ls uid 70000'"),
        Pair("xattr in the inode", [.xattr], "edit <<< 'ea_set /bin/ls user.one two'"),
        Pair(
            "xattr in a block", [.xattr],
            "edit <<< \"ea_set /bin/ls user.one $(printf 'x%.0s' {1..400})\""),
        Pair("symlink", [.content], "edit <<< 'set_inode_field /etc/link block[0] 0x74736f67'"),
        Pair(
            "two names swapped", [.directoryOrder],
            """
            one=$(debugfs -R 'stat /bin/cat2' a.img 2> /dev/null | awk 'NR == 1 { print $2 }')
            two=$(debugfs -R 'stat /bin/ls' a.img 2> /dev/null | awk 'NR == 1 { print $2 }')
            debugfs -R 'ls /bin' a.img 2> /dev/null > before
            echo "unlink /bin/cat2
            unlink /bin/ls
            unlink /bin/cat
            ln <$one> /bin/cat
            ln <$two> /bin/ls
            ln <$one> /bin/cat2" | edit
            debugfs -R 'ls /bin' b.img 2> /dev/null > after
            ! cmp -s before after
            """),
        Pair("other inode count", [.geometry], "image b.img -N 8192"),
        Pair("other journal size", [.journal], "JOURNAL=-Jsize=6 image b.img"),
        Pair("no journal", [.journal, .features], "JOURNAL=-O^has_journal image b.img"),
        Pair("grown within a group", [.geometry], "resize2fs b.img 24M > /dev/null 2>&1"),
        Pair(
            "grown by groups", [.geometry],
            "truncate -s 300M b.img; resize2fs b.img > /dev/null 2>&1"),
        Pair("longer by zeros", [.geometry], "truncate -s 20M b.img"),
        Pair("feature", [.features], "tune2fs -O ^dir_nlink b.img > /dev/null"),
        Pair("wrong checksum of the superblock", [.checksum], "poke 1024+1020 '\\001\\002'"),
        Pair(
            "wrong checksum of an inode", [.checksum],
            """
            place=$(debugfs -R 'imap /bin/ls' a.img 2> /dev/null \\
                | sed -n 's/.*located at block \\([0-9]*\\), offset \\(0x[0-9a-f]*\\)/\\1 * 4096 + \\2/p')
            poke "$place + 0x7c" '\\001\\002'
            """),
        Pair(
            "wrong checksum of a directory", [.checksum],
            #"poke "$(block /many) * 4096 + 4092" '\001\002'"#),
        Pair(
            "broken hard link", [.hardLinks],
            """
            edit <<< $'unlink /bin/cat2\\nset_inode_field /bin/cat links_count 1\\nwrite tree/bin/cat /bin/cat2'
            number=$(debugfs -R 'stat /bin/cat2' b.img 2> /dev/null | awk 'NR == 1 { print $2 }')
            test $number -gt 100
            """),
        Pair("e2fsck -D", [.directoryOrder], "e2fsck -fyD b.img > /dev/null 2>&1 || test $? = 1"),
        Pair("reserved bytes", [.unexplained], "poke 1024+0x300 'x'"),
    ]

    @Test(arguments: pairs)
    func `one change is one cause`(pair: Pair) async throws {
        let difference = try await ImagePair(pair.change).difference()
        #expect(Set(difference.primaryCauses) == pair.causes, "\(difference.summary)")
        #expect(!difference.isSame)
        let isExplained = !pair.causes.contains(.unexplained)
        #expect(isExplained == (difference.unexplainedBlocks == 0), "\(difference.summary)")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `a mount is one cause`() async throws {
        let pair = try await ImagePair(
            "mkdir at; mount -o loop b.img at; umount at")
        let difference = try pair.difference()
        #expect(difference.primaryCauses == [.mounted], "\(difference.summary)")
        #expect(difference.unexplainedBlocks == 0)
    }

    @Test func `equal images have no findings and no owners`() async throws {
        let difference = try await ImagePair("").difference()
        #expect(difference.isIdentical && difference.isSame)
        #expect(difference.sides == nil)
    }

    @Test func `an image against its mke2fs twin of another second is explained`() async throws {
        let difference = try await ImagePair(
            """
            export E2FSPROGS_FAKE_TIME=1700000007
            rm b.img
            mke2fs -q -F -t ext4 -b 4096 -I 256 -E lazy_itable_init=0 -J size=4 -d tree b.img 16M \
                > /dev/null 2>&1
            """
        ).difference()
        #expect(
            difference.primaryCauses == [.uuid, .hashSeed, .timestamp], "\(difference.summary)")
        #expect(difference.unexplainedBlocks == 0)
    }
}

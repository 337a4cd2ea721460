import Difference
import Ext4Image
import Golden
import HostSystem
import ImageBytes
import SystemPackage
import TestKit

/// Two small images: `a.img`, which mke2fs makes of a tree, and `b.img`, which a change makes of it.
struct ImagePair {
    let folder: ScratchFolder

    /// Defines `image NAME [mke2fs options]`, `edit` (debugfs commands for `b.img` on standard
    /// input) and `poke OFFSET BYTES` (for printf), and makes `a.img`.
    private static let tools = """
        export E2FSPROGS_FAKE_TIME=1700000000 E2FSCK_TIME=1700000000 TZ=UTC
        image() {
            local name=$1; shift
            rm -f "$name"
            mke2fs -q -F -t ext4 -b 4096 -I 256 -U 44444444-4444-4444-8888-888888888888 \\
                -E hash_seed=11111111-2222-3333-4444-555555555555,lazy_itable_init=0 \\
                ${JOURNAL:--Jsize=4} -d tree "$@" "$name" ${SIZE:-16M} > /dev/null 2>&1
        }
        edit() { debugfs -w -f - b.img > /dev/null 2>&1; }
        poke() { printf "$2" | dd of=b.img bs=1 seek=$(($1)) conv=notrunc status=none; }
        block() { debugfs -R "blocks $1" a.img 2> /dev/null | awk '{ print $1 }'; }
        mkdir -p tree/bin tree/etc tree/many
        seq 1 10000 > tree/bin/ls
        seq 1 2000 > tree/bin/cat
        ln tree/bin/cat tree/bin/cat2
        echo host > tree/etc/hostname
        ln -s hostname tree/etc/link
        for i in $(seq 100 250); do echo $i > tree/many/a-name-that-takes-room-$i; done
        find tree -exec touch -h -d @1000000 {} +
        # What is read once more has no new atime then.
        grep -r . tree > /dev/null
        find tree -type l -exec readlink {} + > /dev/null
        image a.img
        """

    init(_ change: String) async throws {
        folder = try ScratchFolder()
        try await Shell.run(
            "\(Self.tools)\ncp a.img b.img\n\(change)", in: folder.path)
    }

    func open(_ name: String) throws -> Ext4Image {
        try Ext4Image(try ImageSource(path: folder[name]).open())
    }

    func difference(ignoring causes: [Cause.Name] = []) throws -> ImageDifference {
        var engine = DifferenceEngine(workers: 2)
        for cause in causes { engine.ignored.insert(CauseSet(cause)) }
        return try engine.compare(open("a.img"), open("b.img"))
    }
}

extension ImageDifference {
    /// Findings in a form that a failed test shows well.
    var summary: [String] {
        findings.map { "\($0.isDerived ? "  derived " : "")\($0.cause) \($0.what) \($0.count)" }
    }

    func finding(_ cause: Cause.Name, derived: Bool = false) -> Finding? {
        findings.first { $0.cause == cause && $0.isDerived == derived }
    }
}

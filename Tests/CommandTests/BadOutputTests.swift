import TestKit
import Testing

/// What bad outputs get: status 2, one message with advice, and what was there stays.
@Suite struct BadOutputTests {
    private func outcome(_ script: String, keeping: String = "out tmp") async throws -> Outcome {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; echo text > tree/file; cd out; mkdir folder
            mkfifo fifo; ln -s nowhere dangling; ln -s folder to-folder; : > file
            if [ $(id -u) = 0 ]; then mknod device c 1 3; ln -s device to-device; fi
            """)
        let before = try await workshop.leftovers()
        let outcome = try await workshop.run(script)
        #expect(try await workshop.leftovers() == before)
        return outcome
    }

    @Test(arguments: [
        ("out/folder", "out/folder, which is a folder. Name a file in it"),
        ("out/to-folder", "out/to-folder, which is a folder"), (".", "., which is a folder"),
        ("/", "/, which is a folder"), ("out/folder/", "out/folder, which is a folder"),
        ("out/fifo", "out/fifo, which is neither a file nor a new name"),
        ("out/dangling", "out/dangling, which is a link that leads nowhere. Remove it"),
        ("out/nowhere/image", "the folder out/nowhere: No such file or directory. Make the folder"),
        ("out/file/image", "the folder out/file: Not a directory"),
    ])
    func `an output that cannot be is refused, and nothing is replaced`(
        output: String, message: String
    ) async throws {
        let outcome = try await outcome("$assay build --root tree --no-check -o \(output)")
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.hasPrefix("assay: cannot write "), "\(outcome)")
        #expect(outcome.error.contains(message), "\(outcome)")
    }

    @Test(
        .enabled(if: Workshop.isRoot, "needs root to make a device"),
        arguments: ["out/device", "out/to-device", "/dev/null", "/dev/stdout"])
    func `a device is never replaced`(output: String) async throws {
        let outcome = try await outcome(
            "$assay build --root tree --no-check -o \(output) > /dev/null")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("which is a device"), "\(outcome)")
    }

    @Test(.enabled(if: Workshop.isRoot, "needs root to become somebody else"))
    func `a folder that one may not write to is named`() async throws {
        let outcome = try await outcome(
            """
            setpriv --reuid=65534 --regid=65534 --clear-groups \
                "$assay" build --root tree --no-check -o out/image
            """)
        #expect(outcome.status == 2)
        #expect(
            outcome.error.contains("the folder out: Permission denied. Choose a folder"),
            "\(outcome)")
    }

    @Test(arguments: [
        ("nowhere/g", "the folder nowhere: No such file or directory. Make the folder first"),
        ("tree/file/g", "the folder tree/file: Not a directory"),
    ])
    func `a golden that has no place is known before there is an image`(
        golden: String, message: String
    ) async throws {
        let outcome = try await outcome(
            "$assay build --root tree --no-check -o out/image --golden \(golden)")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains(message), "\(outcome)")
    }

    /// The third name that is given is the image's: the golden's two files come first.
    @Test(arguments: [1, 2, 3])
    func `where one name cannot be given, none is, and an older image stays`(
        failing: Int
    ) async throws {
        let workshop = try await Workshop()
        let call = failing == 3 ? "/^rename" : "linkat"
        let outcome = try await workshop.run(
            """
            mkdir tree; echo text > tree/file; echo older > out/image
            status=0
            strace -f -o trace -e trace=\(call) \
                -e inject=\(call):error=EIO:when=\(failing == 3 ? 1 : failing) \
                "$assay" build --root tree --no-check --golden out/g -o out/image || status=$?
            ls -A out; cat out/image; exit $status
            """)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.output == "image\nolder\n", "\(outcome)")
    }

    @Test func `a name may be as long as names are`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; name=$(printf 'n%.0s' $(seq 255))
            for round in 1 2; do $assay build --root tree --no-check -o out/$name > /dev/null; done
            strace -f -o trace -P out -e trace=openat -e inject=openat:error=EOPNOTSUPP:when=1 \
                $assay build --root tree --no-check -o out/$name > /dev/null
            grep -q INJECTED trace; test $(ls -A out) = $name
            """)
    }

    @Test(arguments: [
        ("out/image", "out/image.golden"), ("out/../out/image.golden", "out/image.golden"),
        ("out/image.golden", "out/image.blocks"), ("out/x", "out/x.blocks"),
        ("out/file", "out/link-to-file"),
    ])
    func `a golden that is the image itself is refused`(golden: String, image: String) async throws
    {
        let outcome = try await outcome(
            """
            ln -s file.golden out/link-to-file; : > out/file.golden
            trap 'rm out/link-to-file out/file.golden' EXIT
            $assay build --root tree --no-check -o \(image) --golden \(golden) --force
            """)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("is the image itself. Give the golden another name"))
    }

    @Test func `a PATH that leads nowhere is no hindrance`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; echo text > tree/file; echo older > out/image
            PATH=/nowhere $assay build --root tree --no-check -o out/image > /dev/null
            $assay check out/image; test "$(ls -A out)" = image
            """)
    }

    @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"])
    func `a stream that is closed is nobody's`(closed: String) async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; echo text > tree/file
            $assay build --root tree -o out/expected --digest > /dev/null
            $assay build --root tree -o out/image --digest --golden out/g \(closed)
            cmp out/expected out/image; rm out/g*
            echo older > out/image
            $assay build --root tree -o out/image --populate 'ls' \(closed)
            """)
    }

    @Test func `arguments are bytes`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            cd tmp; mkdir $'t\\xff'; echo text > $'t\\xff/file'
            $assay build --root $'t\\xff' --label $'l\\xfe' -o $'o\\xff.zst' \
                --populate $'echo 1 > files/\\xfd' --golden $'o\\xff.golden' > /dev/null
            test -s $'o\\xff.golden'; $assay verify $'o\\xff.zst'; $assay check $'o\\xff.zst'
            zstd -dq $'o\\xff.zst' -o plain
            test "$(debugfs -R 'ls -p /' plain 2> /dev/null | grep -c $'/\\xfd/')" = 1
            dd if=plain bs=1 skip=1144 count=2 status=none | cmp - <(printf 'l\\xfe')
            """)
    }

    @Test func `a report that cannot be written is trouble`() async throws {
        let outcome = try await outcome("$assay build --root tree --dry-run > /dev/full")
        #expect(outcome.status == 2)
        #expect(outcome.error == "assay: cannot write standard output: No space left on device\n")
    }

    @Test func `a link to an image stays a link`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree other; echo text > tree/file; echo older > other/image
            ln -s ../other/image out/link
            $assay build --root tree --no-check -o out/link > /dev/null
            $assay build --root tree --no-check -o out/image > /dev/null
            test -L out/link; cmp out/image other/image; test $(ls -A out | wc -l) = 2
            test $(ls -A other) = image
            """)
    }

    @Test func `an image gets the mode that the umask gives`() async throws {
        let workshop = try await Workshop()
        let modes = try await workshop.succeed(
            """
            mkdir tree
            for mask in 022 077 002; do
                umask $mask; $assay build --root tree --no-check -o out/$mask > /dev/null
                stat -c %a out/$mask
            done
            """)
        #expect(modes == "644\n600\n664\n")
    }
}

import TestKit
import Testing

/// What bad sources get: status 2, one message that names the path and says what to do, and nothing
/// left behind.
@Suite struct BadSourceTests {
    /// A mistake, as a script that ends with the command, and what its message must say.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let what: String
        let script: String
        let message: [String]

        init(_ what: String, _ script: String, _ message: String...) {
            self.init(what, script: script, message: message)
        }

        init(_ what: String, script: String, message: [String]) {
            self.what = what
            self.script = script
            self.message = message
        }

        var testDescription: String { what }
    }

    private func expectTrouble(_ mistake: Mistake) async throws {
        let workshop = try await Workshop()
        try await workshop.succeed("echo older > out/image; mkdir tree; echo text > tree/file")
        let before = try await workshop.leftovers()
        let outcome = try await workshop.run(
            """
            build() { "$@" --no-check -o out/image; }
            \(mistake.script)
            """)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.hasPrefix("assay: "), "\(outcome)")
        for part in mistake.message { #expect(outcome.error.contains(part), "\(outcome)") }
        #expect(outcome.error.split(separator: "assay: ").count == 1, "one message: \(outcome)")
        #expect(try await workshop.leftovers() == before)
    }

    @Test(arguments: [
        Mistake(
            "no such root", "build $assay build --root nowhere", "cannot read nowhere",
            "No such file", "Check the path"),
        Mistake(
            "a root that is a file", "build $assay build --root tree/file", "tree/file",
            "Not a directory", "Name a folder"),
        Mistake(
            "no such --files", "build $assay build --root tree --files 'no where'",
            "cannot read no where", "Check the path"),
        Mistake(
            "no such text", "build $assay build --mtree nowhere.mtree", "nowhere.mtree",
            "Check the path"),
        Mistake(
            "no such contents of a text",
            "echo './a type=file contents=missing' > m; build $assay build --mtree m", "missing",
            "No such file"),
        Mistake(
            "a name that drives terminals", "build $assay build --root $'no\\e[2J\\nwhere'",
            "cannot read no\\x1b[2J\\nwhere"),
        Mistake(
            "a file against a folder",
            "mkdir -p over; : > over/file; mkdir -p tree2/file; "
                + "build $assay build --root tree --files over --files tree2",
            "in conflict at /file", "--files over has something else", "--files tree2 has a folder",
            "Remove one"),
        Mistake(
            "a folder against a file two sources before",
            "mkdir -p a/file b; : > b/b; build $assay build --root tree --files b --files a",
            "in conflict at /file", "--root tree has", "--files a has a folder"),
        Mistake(
            "a file in the place of lost+found",
            ": > tree/lost+found; build $assay build --root tree", "in conflict at /lost+found",
            "the file system itself has a folder", "--root tree has"),
        Mistake(
            "commands that fail",
            "build $assay build --root tree --populate 'echo some output; ls /no-such-place'",
            "--populate commands ended with status 2", "some output", "/no-such-place"),
        Mistake(
            "a size that does not hold the tree", "build $assay build --root tree --size 8M",
            "--size 8388608 is too small by", "bytes"),
    ])
    func `a source that cannot be used stops the build`(mistake: Mistake) async throws {
        try await expectTrouble(mistake)
    }

    /// The commands of --populate run when --root has been listed and nothing of it has been read.
    private static func changing(_ what: String, by commands: String, _ message: String...)
        -> Mistake
    {
        Mistake(
            what,
            script: "root=$PWD/tree; "
                + "build $assay build --root tree --populate \"cd '$root'; \(commands)\"",
            message: message)
    }

    @Test(arguments: [
        changing("vanishes", by: "rm file", "tree/file", "No such file", "nothing writes to"),
        changing(
            "grows", by: "echo more >> file", "tree/file changed while it was read",
            "it had 5 bytes when it was listed and has 10 now", "nothing writes to"),
        changing(
            "shrinks", by: ": > file", "tree/file changed while it was read",
            "it had 5 bytes when it was listed and has 0 now"),
        changing(
            "becomes a fifo", by: "rm file; mkfifo file", "tree/file changed while it was read",
            "no regular file any more"),
        changing(
            "becomes a link", by: "rm file; ln -s /etc/passwd file", "tree/file",
            "Too many levels of symbolic links", "nothing writes to"),
        changing("becomes a folder", by: "rm file; mkdir file", "tree/file"),
    ])
    func `a file that changes after it was listed stops the build`(mistake: Mistake) async throws {
        try await expectTrouble(mistake)
    }

    @Test(.enabled(if: Workshop.isRoot, "needs root to mount a small disk"))
    func `commands that fill the disk they run on are told which`() async throws {
        try await expectTrouble(
            Mistake(
                "a full TMPDIR",
                """
                mkdir disk
                unshare --mount bash -c '
                    mount -t tmpfs -o size=1M none disk; TMPDIR=$PWD/disk "$assay" build --root tree \
                        --populate "head -c 2M /dev/zero > files/large" --no-check -o out/image'
                """, "--populate commands ended with status 1",
                "/disk, where they ran, is full: let TMPDIR name a larger one"))
    }

    /// strace holds the command at the call that comes between reading a file for the plan, which
    /// --digest makes it do, and copying it: the unfinished image gets its size.
    @Test(arguments: [
        ("rm tree/file", "tree/file"), (": > tree/file", "tree/file changed while it was read"),
        (
            "size=$(stat -c %s tree/file); head -c $size /dev/zero > tree/file",
            "a part of it that had data is zeros now"
        ),
    ])
    func `a file that changes after it was read stops the build`(
        change: String, message: String
    ) async throws {
        try await expectTrouble(
            Mistake(
                change,
                """
                seq 1 20000 > tree/file
                strace -f -o trace -e trace=ftruncate -e inject=ftruncate:delay_enter=1500000 \
                    "$assay" build --root tree --no-check --digest -o out/image &
                until grep -qs ftruncate trace; do sleep 0.02; done
                \(change)
                wait $!
                """, message))
    }

    /// strace holds the command at the call that writes the first part of a file, of which everything
    /// else is still to be read.
    @Test(arguments: [
        ("grows", "echo more >> tree/file", ""), ("grows", "echo more >> tree/file", "--digest"),
        ("shrinks within its last page", "truncate --size -1 tree/file", ""),
        ("shrinks by many pages", "truncate --size -500000 tree/file", ""),
    ])
    func `a file that changes size while it is copied stops the build`(
        what: String, change: String, option: String
    ) async throws {
        try await expectTrouble(
            Mistake(
                what,
                """
                seq 1 500000 > tree/file
                strace -f -o trace -e trace=pwrite64 \
                    -e inject=pwrite64:delay_enter=1500000:when=1 \
                    "$assay" build --root tree --no-check --jobs 1 \(option) -o out/image &
                until grep -qs pwrite64 trace; do sleep 0.02; done
                \(change)
                wait $!
                """, "tree/file changed while it was read"))
    }

    /// The parts of a file that is hashed are opened one by one: what changes behind the last look at its
    /// size, before its last bytes are read, must be seen too.
    @Test(arguments: ["", "--digest"])
    func `a file that grows while its last part is read stops the build`(option: String)
        async throws
    {
        try await expectTrouble(
            Mistake(
                option,
                """
                head -c 1M /dev/urandom > tree/file
                strace -f -o trace -P "$PWD/tree/file" -e trace=pread64 \
                    -e inject=pread64:delay_enter=1500000:when=2 \
                    "$assay" build --root tree --no-check --jobs 1 \(option) -o out/image &
                until [ "0$(grep -cs pread64 trace)" -ge 2 ]; do sleep 0.02; done
                echo more >> tree/file
                wait $!
                """, "tree/file changed while it was read"))
    }

    /// A folder that was listed is held against its name only when its own turn comes.
    @Test(arguments: [
        ("a file", "rmdir tree/folder; echo x > tree/folder"),
        ("a link", "rmdir tree/folder; ln -s . tree/folder"),
    ])
    func `a folder that becomes something else stops the build`(
        what: String, change: String
    ) async throws {
        try await expectTrouble(
            Mistake(
                what,
                """
                mkdir tree/folder
                strace -f -o trace -e trace=getdents64 \
                    -e inject=getdents64:delay_enter=1500000:when=2 \
                    "$assay" build --root tree --no-check --jobs 1 -o out/image &
                until grep -qs getdents64 trace; do sleep 0.02; done
                \(change)
                wait $!
                """, "tree/folder changed while it was read: it is no folder any more"))
    }

    @Test(
        .enabled(if: Workshop.isRoot, "needs root to become a user who may not read"),
        arguments: [
            ("file", "cannot open tree/file: Permission denied"),
            ("folder", "cannot open the folder tree/folder: Permission denied"),
        ])
    func `a source that cannot be read stops the build`(name: String, message: String)
        async throws
    {
        try await expectTrouble(
            Mistake(
                name,
                """
                mkdir tree/folder; chmod 0 tree/\(name); chmod 777 out
                build setpriv --reuid=65534 --regid=65534 --clear-groups "$assay" build --root tree
                """, message, "may read"))
    }

    /// Enough folders for several threads to list them.
    @Test(
        .enabled(if: Workshop.isRoot, "needs root to become a user who may not read"),
        arguments: [1, 2, 8])
    func `of many folders that cannot be listed one is named, the same for every number of threads`(
        jobs: Int
    ) async throws {
        try await expectTrouble(
            Mistake(
                "\(jobs) threads",
                """
                mkdir -p tree/many/{1..200}/below; chmod 0 tree/many/{12,31,5}/below; chmod 777 out
                build setpriv --reuid=65534 --regid=65534 --clear-groups "$assay" build --root tree \
                    --jobs \(jobs)
                """, "cannot open the folder tree/many/12/below: Permission denied", "may read"))
    }
}

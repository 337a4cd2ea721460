import TestKit
import Testing

/// What is part of the recipe reaches the image, under the policy that lets it.
@Suite struct SensitivityTests {
    /// A change to the tree that `base` makes, in bash.
    struct Change: Sendable, CustomTestStringConvertible {
        let script: String
        let options: String

        var testDescription: String { script + " " + options }
    }

    /// Whether an image built with `options` is another one after `change`.
    private func differs(after change: String, options: String) async throws -> Bool {
        let workshop = try await Workshop()
        let cmp = try await workshop.run(
            """
            mkdir -p tree/folder; cd tree; umask 022
            seq 1 3000 > file; echo text > folder/name; ln -s folder/name link; mkfifo fifo
            setfattr -n user.assay -v old file
            find . -exec touch -hd @1000000 -- {} +
            cd ..; cp -a tree changed
            (cd changed; \(change))
            for tree in tree changed; do
                $assay build --root $tree \(options) --no-check -o out/$tree > /dev/null
            done
            cmp out/tree out/changed
            """)
        #expect(cmp.status <= 1, "\(cmp)")
        return cmp.status == 1
    }

    private static let clamp = "--timestamps clamp --epoch 2000000"

    @Test(arguments: [
        Change(script: "touch -hd @1000001 folder/name", options: clamp),
        Change(script: "touch -hd @1000001 link", options: clamp),
        Change(script: "touch -hd @1000001 .", options: clamp),
        Change(script: "touch -hd @-5 file", options: clamp),
        Change(script: "chmod u+x file; touch -hd @1000000 file", options: "--owner keep"),
        Change(script: "chmod o-r folder/name", options: "--owner keep"),
        Change(script: "chmod g+s folder", options: "--owner keep"),
        Change(script: "chmod o-r folder/name", options: ""),
        Change(
            script: "printf X | dd of=file bs=1 seek=9999 conv=notrunc status=none", options: ""),
        Change(script: "echo >> file", options: ""),
        Change(script: "truncate -s +1 file", options: ""),
        Change(script: "truncate -s +1M file", options: ""),
        Change(script: "mv folder/name folder/Name", options: ""),
        Change(script: "ln -sfn folder/Name link", options: ""),
        Change(script: ": > folder/new", options: ""),
        Change(script: "mkdir new", options: ""),
        Change(script: "rm fifo", options: ""),
        Change(script: "rm fifo; : > fifo", options: ""),
        Change(script: "ln file hard", options: ""),
        Change(script: "setfattr -n user.assay -v new file", options: "--xattr user.assay"),
        Change(script: "setfattr -x user.assay file", options: "--xattr user.assay"),
    ])
    func `a change of the source changes the image`(change: Change) async throws {
        #expect(try await differs(after: change.script, options: change.options))
    }

    @Test(
        .enabled(if: Workshop.isRoot, "needs root to change owners and make devices"),
        arguments: [
            Change(script: "chown 1 file", options: "--owner keep"),
            Change(script: "chgrp 70000 folder", options: "--owner keep"),
            Change(script: "chown -h 1 link", options: "--owner keep"),
            Change(script: "rm fifo; mknod fifo c 1 3", options: ""),
        ])
    func `a change that only root can make changes the image`(change: Change) async throws {
        #expect(try await differs(after: change.script, options: change.options))
    }

    @Test(arguments: [
        Change(script: "touch -hd @1000001 folder/name", options: ""),
        Change(script: "touch -hd @3000000 file folder", options: clamp + " --timestamps pin"),
        Change(script: "touch -hd '@1000000.5' file", options: clamp),
        Change(script: "setfattr -n user.assay -v new file", options: ""),
        Change(script: "setfattr -n user.assay2 -v new file", options: "--xattr user.assay"),
        Change(
            script: "rm file; seq 1 3000 > file; setfattr -n user.assay -v old file", options: ""),
        Change(script: "ln file hard; rm hard", options: ""),
    ])
    func `a change that the policy leaves out does not`(change: Change) async throws {
        #expect(try await !differs(after: change.script, options: change.options))
    }

    @Test func `times later than the epoch are one time under clamp`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; : > tree/file
            for time in 2000000 2000001 4000000000; do
                touch -d @$time tree tree/file
                $assay build --root tree \(Self.clamp) --no-check -o out/$time > /dev/null
            done
            cmp out/2000000 out/2000001; cmp out/2000000 out/4000000000
            """)
    }

    @Test func `when commands were run does not show, not even before a later epoch`() async throws
    {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            commands='cd files; mkdir new; echo a > new/a; echo b > old; touch -d @1000000 old'
            for time in 1 2; do
                $assay build --populate "$commands" --timestamps clamp --epoch 7000000000 \
                    --no-check -o out/$time > /dev/null
                sleep 1.1
            done
            cmp out/1 out/2
            debugfs -R 'stat new/a' out/1 2> err | grep 'mtime: 0xa13b8600:00000002'
            debugfs -R 'stat old' out/1 2> err | grep 'mtime: 0x000f4240:00000000'
            """)
    }

    @Test(arguments: [
        "--epoch 2", "--label x", "--uuid 01234567-89ab-cdef-0123-456789abcdef",
        "--hash-seed 01234567-89ab-cdef-0123-456789abcdef", "--free-inodes 5000",
        "--free-space 64M", "--reserved-percent 0", "--no-journal", "--journal-size 8M",
        "--size 64M", "--align 16M", "--hard-links split",
    ])
    func `every pin is part of the recipe`(option: String) async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; echo a > tree/a; ln tree/a tree/b
            $assay build --root tree --no-check -o out/plain > /dev/null
            $assay build --root tree --no-check \(option) -o out/with > /dev/null
            ! cmp -s out/plain out/with
            """)
    }
}

/// SOURCE_DATE_EPOCH is the one variable that counts, and only where nothing else says the time.
@Suite struct SourceDateEpochTests {
    private func outcome(_ script: String) async throws -> Outcome {
        try await Workshop().run(
            """
            mkdir tree; echo a > tree/a
            build() { "$@" --root tree --no-check -o "out/$name" > /dev/null; }
            name=plain build $assay build
            \(script)
            """)
    }

    @Test func `it is the epoch`() async throws {
        let outcome = try await outcome(
            """
            name=variable SOURCE_DATE_EPOCH=86400 build $assay build
            name=option build $assay build --epoch 86400
            cmp out/variable out/option; ! cmp -s out/variable out/plain
            """)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `--epoch wins over it`() async throws {
        let outcome = try await outcome(
            """
            name=both SOURCE_DATE_EPOCH=86400 build $assay build --epoch 1
            name=junk SOURCE_DATE_EPOCH=junk build $assay build --epoch 1
            cmp out/both out/plain; cmp out/junk out/plain
            """)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `an empty one is none`() async throws {
        let outcome = try await outcome(
            "name=empty SOURCE_DATE_EPOCH= build $assay build; cmp out/empty out/plain")
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test(arguments: ["junk", "-1", "1.5", "99999999999999999999", "0x10", " 1"])
    func `one that is no time is a usage error`(value: String) async throws {
        let outcome = try await outcome("name=bad SOURCE_DATE_EPOCH='\(value)' build $assay build")
        #expect(outcome.status == 64)
        #expect(outcome.error.contains("SOURCE_DATE_EPOCH is “\(value)”"), "\(outcome)")
    }
}

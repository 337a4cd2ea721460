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

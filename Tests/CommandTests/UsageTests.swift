import TestKit
import Testing

/// Usage errors end with status 64 and name the option.
@Suite struct UsageTests {
    @Test(arguments: [
        ("--label 12345678901234567", "--label has more than 16 bytes: 17"),
        ("--label éééééééé1", "--label has more than 16 bytes: 17"),
        ("--uuid 1234", "--uuid"), ("--uuid 01234567-89ab-cdef-0123-456789abcdeg", "--uuid"),
        ("--hash-seed 00000000-0000-0000-0000-000000000000", "--hash-seed is all zero"),
        ("--epoch never", "--epoch"), ("--epoch -1", "--epoch"), ("--epoch 99999999999", "--epoch"),
        ("--timestamps keep", "--timestamps"), ("--owner me", "--owner"),
        ("--hard-links some", "--hard-links"), ("--free-inodes -1", "--free-inodes"),
        ("--free-inodes 99999999999", "--free-inodes"), ("--free-space much", "--free-space"),
        ("--free-space 99999999999T", "--free-space"), ("--align 5", "--align"),
        ("--align 0", "--align"), ("--size 4097", "--size"),
        ("--reserved-percent 51", "--reserved"),
        ("--journal-size 5", "--journal-size"),
        ("--journal-size 1M", "--journal-size is not 4194304 to 41943040000 bytes"),
        ("--journal-size 40G", "--journal-size"), ("--size 16T", "--size is not less than 16 TiB"),
        ("--golden ''", "--golden"), ("--no-journal --journal-size 8M", "--no-journal"),
        ("--layout 2", "--layout"), ("--jobs 0", "--jobs"), ("--jobs many", "--jobs"),
        ("-j0", "--jobs"),
        ("--compression-level 23", "--compression-level"), ("--format xml", "--format"),
        ("--xattr", "--xattr"), ("--no-such-option", "--no-such-option"), ("operand", "operand"),
        ("--lable x", "--lable"),
    ])
    func `a bad value names its option`(arguments: String, message: String) async throws {
        let workshop = try await Workshop()
        let outcome = try await workshop.run(
            "mkdir tree; $assay build --root tree -o out/image \(arguments)")
        #expect(outcome.status == 64, "\(outcome)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.hasPrefix("Error: ") && outcome.error.contains(message), "\(outcome)")
        #expect(try await workshop.leftovers().isEmpty)
    }

    @Test(arguments: [
        ("build -o out/image", "Nothing to build from: give --root"),
        ("build --root .", "Give -o IMAGE"), ("build --root . -o ''", "Give -o IMAGE"),
        ("no-such-command", "no-such-command"), ("--no-such-option", "--no-such-option"),
        ("build --root", "--root"), ("build --root '' -o out/image", "--root names nothing"),
        ("build --closure-info '' -o out/image", "--closure-info names nothing"),
        ("build --files . --files '' --dry-run", "--files names nothing"),
        ("build --store-path '' -o out/image", "--store-path names nothing"),
        // What stands there and is not known comes before what is missing because of it.
        ("build --rot . -o out/image", "Unknown option '--rot'"),
        ("build --rot=. -o out/image", "Unknown option '--rot'"),
        ("check --bogus", "Unknown option '--bogus'"),
        ("golden record --bogus", "Unknown option '--bogus'"),
        ("verify", "Missing expected argument '<images> ...'"),
        ("check -- --bogus --other", "Unexpected argument '--other'"),
    ])
    func `what is missing is named`(arguments: String, message: String) async throws {
        let outcome = try await Workshop().run("$assay \(arguments)")
        #expect(outcome.status == 64, "\(outcome)")
        #expect(outcome.error.contains(message), "\(outcome)")
    }

    @Test func `--version names the libraries that make the bytes`() async throws {
        let text = try await Workshop().succeed("$assay --version")
        let names = text.split(separator: "\n").compactMap { $0.split(separator: " ").first }
        #expect(names == ["assay", "libext2fs", "libzstd", "libxxhash"])
        #expect(text.split(separator: "\n").allSatisfy { $0.contains(/\ \d+\.\d+/) }, "\(text)")
    }
}

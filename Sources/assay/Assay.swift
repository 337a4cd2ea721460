import ArgumentParser

struct Assay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay",
        abstract: "Build ext4 images that are the same bytes everywhere, and prove that they are.",
        discussion: """
            Exit status: 0 same, clean or done; 1 different; 2 trouble; 3 not a valid ext4 file \
            system; 4 policy not met; 5 no golden; 64 usage.
            """,
        version: Version.text,
        subcommands: [
            Build.self, Verify.self, Check.self, Diff.self, Inspect.self, GoldenCommand.self,
        ])
}

import ArgumentParser

@main
struct Assay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay",
        abstract: "Build ext4 images that are the same bytes everywhere, and prove that they are.",
        subcommands: [Check.self])
}

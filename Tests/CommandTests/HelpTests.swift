import HostSystem
import SystemPackage
import TestKit
import Testing

/// The help of every command is what was last looked at: Help/COMMAND.txt.
///
/// After a change that is meant: `ASSAY_RECORD_HELP=1 swift test --filter HelpTests`, and look at what
/// git shows.
@Suite struct HelpTests {
    private static let folder = FilePath(#filePath).removingLastComponent().appending("Help")

    private func check(_ name: String, _ command: String) async throws {
        let text = try await Workshop().succeed("$assay \(command)")
        let file = Self.folder.appending(name + ".txt")
        if ProcessEnvironment["ASSAY_RECORD_HELP"] != nil, ProcessEnvironment["CI"] == nil {
            try await Shell.run("mkdir -p '\(Self.folder)'")
            try await Shell.write(Array(text.utf8), to: file)
        }
        let known = try await Shell.run("cat '\(file)' || true")
        #expect(text == known, "the help of \(name) has changed, or was never recorded")
    }

    @Test func `the help of every command is as it was looked at`() async throws {
        let overview = try await Workshop().succeed("$assay --help")
        try await check("assay", "--help")
        let commands = overview.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
            .prefix { $0.hasPrefix("  ") }.filter { !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
            // Not the line "See 'assay help <subcommand>'" below them.
            .filter { $0 == $0.lowercased() }
        #expect(commands.contains("build"))
        for command in commands { try await check(command, "\(command) --help") }
    }
}

import HostSystem
import SystemPackage
import TestKit
import Testing

@Suite struct ShellWordTests {
    @Test(arguments: [
        "a.img", "/srv/out/a b.img", "it's", "-rf", "-it's", "$(reboot)`x`\"", "new\nline",
        "\u{1B}[2J",
        "ä'\\", "*", "~", "#x", "",
    ])
    func `a shell reads the path, whatever its name`(name: String) async throws {
        let word = ShellWord(FilePath(name))
        #expect(word.description.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
        let output = try await Shell.run("printf '%s' \(word)", in: FilePath("/"))
        #expect(output == (name.hasPrefix("-") ? "./" : "") + name)
    }
}

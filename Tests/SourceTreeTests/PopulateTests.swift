import HostSystem
import SystemPackage
import TestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

@testable import SourceTree

@Suite struct PopulateTests {
    private func run(_ commands: String) async throws(SourceError) -> ScratchTree {
        try await Populate.run(commands: Array(commands.utf8), epoch: 86_400)
    }

    private func failure(_ commands: String) async -> (status: Int, output: String)? {
        do throws(SourceError) {
            _ = try await run(commands)
        } catch {
            if case .populate(let status, let output) = error { return (status, output) }
        }
        return nil
    }

    @Test func `commands fill files, and the folder goes when nobody holds it`() async throws {
        var scratch: ScratchTree? = try await run(
            "echo one > files/.hidden; mkdir -p ./files/boot; echo two > \"files/boot/a b\"")
        let files = try #require(scratch?.files)
        let found = try await Shell.run(
            "find . -printf '%P %m\\n' | LC_ALL=C sort; cat .hidden boot/*", in: files)
        #expect(found == " 755\n.hidden 644\nboot 755\nboot/a b 644\none\ntwo\n")
        scratch = nil
        let outer = files.removingLastComponent().removingLastComponent()
        #expect(throws: Errno.noSuchFileOrDirectory) { try Stat(outer) }
    }

    @Test func `the commands see nothing of this machine but PATH and TMPDIR`() async throws {
        let scratch = try await run(
            "env | grep -v '^\\(_\\|PWD\\|SHLVL\\|OLDPWD\\)=' > files/env; date +%:z%A > files/date; "
                + "cat > files/input; ls -A > files/here")
        let names = try await Shell.run(
            "sed 's/=.*//' env | sort | tr '\\n' ' '", in: scratch.files)
        #expect(names == "HOME LC_ALL PATH SOURCE_DATE_EPOCH TMPDIR TZ ")
        let fixed = try await Shell.run("grep -v '^PATH\\|^TMPDIR' env | sort", in: scratch.files)
        let expected = "HOME=/homeless-shelter\nLC_ALL=C\nSOURCE_DATE_EPOCH=86400\nTZ=UTC\n"
        #expect(fixed == expected)
        #expect(
            try await Shell.run("cut -c1-6 date; cat input here", in: scratch.files)
                == "+00:00\nfiles\n")
    }

    @Test(arguments: [
        ("exit 3", 3), ("false\ntrue", 1), ("echo $unset", 1), ("false | true", 1),
        ("x=$(false; echo)", 1), ("kill -9 $$", 137), ("if", 2), ("no-such-program-here", 127),
    ])
    func `commands that fail stop the build`(commands: String, status: Int) async throws {
        #expect(await failure(commands)?.status == status)
    }

    @Test func `what failing commands printed is shown, with the user's own line numbers`()
        async throws
    {
        let found = try #require(
            await failure("echo out\necho $'err\\e[2J' >&2\n\nno-such-program-here"))
        let lines = found.output.split(separator: "\n").map(String.init)
        #expect(lines.prefix(2) == ["out", "err\\x1b[2J"])
        #expect(lines.last?.contains("line 4: no-such-program-here: command not found") == true)
    }

    @Test func `only the end of a long output is shown, by whole lines`() async throws {
        let found = try #require(await failure("seq 100000; exit 1"))
        #expect(found.output.hasSuffix("\n99999\n100000"))
        #expect(found.output.utf8.count <= ProcessOutput.byteLimit)
        let first = try #require(found.output.split(separator: "\n").first)
        #expect(first.count == 5)
    }

    @Test(arguments: ["rm -r files", "rm -r files; ln -s / files", "rm -r files; touch files"])
    func `commands that leave no folder have failed`(commands: String) async throws {
        let found = try #require(await failure(commands))
        #expect(found == (0, ""))
    }

    @Test(.enabled(if: getuid() == 0, "needs root to become somebody else"))
    func `a folder as Nix leaves them is removed by a user who is not root`() async throws {
        await #expect(processExitsWith: .success) {
            // Root's own TMPDIR may be closed to others.
            setenv("TMPDIR", "/tmp", 1)
            try #require(setgid(65534) == 0 && setuid(65534) == 0)
            let commands = "mkdir -p files/a/b; touch files/a/b/c; chmod 0555 files/a/b files/a"
            let path = try await Populate.run(commands: Array(commands.utf8), epoch: 1).path
            #expect(throws: Errno.noSuchFileOrDirectory) { try Stat(path) }
        }
    }

    @Test(arguments: [SIGKILL, SIGTERM, SIGINT])
    func `a killed process leaves no folder behind`(signal: Int32) async throws {
        let scratch = try ScratchFolder()
        let note = scratch["path"].string
        await #expect(processExitsWith: .signal(signal)) { [note = note as String, signal] in
            // As Ctrl-C does: to the whole group, of which the test itself must not be part.
            setpgid(0, 0)
            let commands = "mkdir files/a; echo \"${PWD%/*}\" > '\(note)'"
            let populated = try await Populate.run(commands: Array(commands.utf8), epoch: 1)
            Glibc.signal(signal, SIG_DFL)
            kill(0, signal)
            withExtendedLifetime(populated) { _ = pause() }
        }
        let gone =
            "path=$(cat \(note)); for i in $(seq 100); do [ -e $path ] || exit 0; sleep 0.1; done; exit 1"
        #expect(try await Shell.attempt(gone).status == 0)
    }
}

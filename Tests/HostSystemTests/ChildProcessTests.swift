import HostSystem
import Testing

@Suite struct ChildProcessTests {
    @Test func `output, errors and status come back`() async throws {
        let outcome = try await ChildProcess("sh", ["-c", "echo out; echo err >&2; exit 3"]).run()
        #expect(outcome.status == 3)
        #expect(outcome.standardOutput == Array("out\n".utf8))
        #expect(outcome.standardError == Array("err\n".utf8))
    }

    @Test func `a signal is 128 and its number, as a shell counts`() async throws {
        #expect(try await ChildProcess("sh", ["-c", "kill -9 $$"]).run().status == 137)
    }

    @Test func `input and arguments are bytes`() async throws {
        let odd: [UInt8] = [0xFF, 0x0A, 0x27]
        #expect(try await ChildProcess("cat", []).run(input: odd).standardOutput == odd)
        let printed = try await ChildProcess("printf", bytes: [Array("%s".utf8), odd]).run()
        #expect(printed.standardOutput == odd)
    }

    @Test func `an environment that is given is the whole of it`() async throws {
        var process = ChildProcess("/usr/bin/env", [])
        process.environment = ["ONLY=this"]
        #expect(try await process.run().standardOutput == Array("ONLY=this\n".utf8))
    }

    @Test func `a variable that is withheld is all that is missing`() async throws {
        let whole = try await ChildProcess("/usr/bin/env", []).run().standardOutput
        var process = ChildProcess("/usr/bin/env", [])
        process.withheldVariables = ["PATH", "ASSAY_NO_SUCH"]
        let rest = try await process.run().standardOutput
        func lines(_ text: [UInt8]) -> [Substring] {
            String(decoding: text, as: UTF8.self).split(separator: "\n").sorted()
        }
        #expect(lines(rest) == lines(whole).filter { !$0.hasPrefix("PATH=") })
        #expect(lines(rest) != lines(whole))
    }

    @Test func `a program that does not exist is named`() async {
        await #expect {
            _ = try await ChildProcess("assay-no-such-program", []).run()
        } throws: { error in
            "\(error)".contains("cannot run assay-no-such-program")
        }
    }
}

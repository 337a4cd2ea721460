import HostSystem
import TestKit
import Testing

@testable import SourceTree

@Suite struct RegistrationTests {
    private static let first = "/nix/store/" + String(repeating: "0", count: 32) + "-first"
    private static let second = "/nix/store/" + String(repeating: "z", count: 32) + "-second-1.0"
    private static let hex = "39" + String(repeating: "a0", count: 31)
    private static let hash = NarHash(text: hex.utf8)?.description ?? ""

    /// As closureInfo would write it.
    private static let canonical = """
        \(first)
        \(hash)
        120

        2
        \(first)
        \(second)
        \(second)
        \(hash)
        18446744073709551615

        0

        """

    private func parse(_ text: String) throws -> Registration {
        try Registration(parsing: Array(text.utf8), file: EscapedName("registration".utf8))
    }

    private func problem(_ text: String) -> (line: Int, reason: String)? {
        do throws(SourceError) {
            _ = try Registration(
                parsing: Array(text.utf8), file: EscapedName("registration".utf8))
            return nil
        } catch {
            guard case .malformed(_, let line, let reason) = error else { return nil }
            return (line, reason)
        }
    }

    @Test func `the canonical form is read and written unchanged`() throws {
        let registration = try parse(Self.canonical)
        #expect(String(decoding: registration.canonicalBytes, as: UTF8.self) == Self.canonical)
        #expect(registration.records.map(\.narSize) == [120, .max])
    }

    @Test func `hex hashes, derivers and any order become the canonical form`() throws {
        let text = """
            \(Self.second)
            \(Self.hex)
            18446744073709551615
            /nix/store/\(String(repeating: "1", count: 32))-second.drv
            0
            \(Self.first)
            sha256:\(Self.hex)
            120

            3
            \(Self.second)
            \(Self.first)
            \(Self.second)
            """
        let bytes = try parse(text).canonicalBytes
        #expect(String(decoding: bytes, as: UTF8.self) == Self.canonical)
    }

    @Test func `no text is an empty registration, as closureInfo has it`() throws {
        #expect(try parse("").canonicalBytes.isEmpty)
        #expect(try parse("\n\n").records.isEmpty)
    }

    @Test func `a record is found by its path`() throws {
        let registration = try parse(Self.canonical)
        let path = try #require(StorePath(Self.second.utf8))
        #expect(registration[path]?.narSize == .max)
        let other = try #require(StorePath((Self.second + "x").utf8))
        #expect(registration[other] == nil)
    }

    @Test(arguments: [
        ("/etc/passwd\n", 1, "is not a path in /nix/store"),
        ("\(first)\nsha256:zz\n", 2, "is not a SHA-256"),
        ("\(first)\n\(hash)\n12x\n", 3, "is not a number"),
        ("\(first)\n\(hash)\n18446744073709551616\n", 3, "is not a number"),
        ("\(first)\n\(hash)\n-1\n", 3, "is not a number"),
        ("\(first)\n\(hash)\n1\n", 3, "the text ends here"),
        ("\(first)\n\(hash)\n1\n\n9223372036854775807\n\(first)\n", 5, "1 lines are left"),
        ("\(first)\n\(hash)\n1\n\n1\n/nix/store/x\n", 6, "is not a path in /nix/store"),
        ("\(first)\n\(hash)\n1\n\n0\n\(first)\n\(hash)\n1\n\n0\n", 6, "registered twice"),
        ("\(first)\u{1b}[2J\n", 1, "\\x1b[2J"),
    ])
    func `a line that cannot be read is named`(text: String, line: Int, reason: String) throws {
        let found = try #require(problem(text))
        #expect(found.line == line)
        #expect(found.reason.contains(reason), "\(found.reason)")
    }

    @Test func `a text with any byte changed or cut off is never a trap`() async {
        let text = Array(Self.canonical.utf8)
        await #expect(processExitsWith: .success) { [text = text as [UInt8]] in
            for position in text.indices {
                for byte: UInt8 in [0, 0x0A, 0x30, 0x39, 0x7A, 0xFF] {
                    var bent = text
                    bent[position] = byte
                    _ = try? Registration(parsing: bent, file: EscapedName("x".utf8))
                }
                let cut = Array(text[..<position])
                _ = try? Registration(parsing: cut, file: EscapedName("x".utf8))
            }
        }
    }

    @Test func `a long text without sense ends at its first line`() throws {
        let text = String(repeating: "\(Self.first)\n", count: 100_000)
        #expect(problem(text)?.line == 2)
    }
}

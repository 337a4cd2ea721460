import HostSystem
import SystemPackage
import Testing

@Suite struct EscapedNameTests {
    @Test(arguments: [
        ("plain name.txt", "plain name.txt"),
        ("größe 日本", "größe 日本"),
        ("back\\slash", "back\\\\slash"),
        ("line\nfeed\ttab", "line\\nfeed\\ttab"),
        ("\u{1B}[31mred", "\\x1b[31mred"),
        ("right-to-left \u{202E}gpj.exe", "right-to-left \\xe2\\x80\\xaegpj.exe"),
        ("zero\u{200B}width", "zero\\xe2\\x80\\x8bwidth"),
        ("\u{85}next line", "\\xc2\\x85next line"),
    ])
    func `what a terminal could act upon is escaped`(name: String, shown: String) {
        #expect(EscapedName(Array(name.utf8)).description == shown)
    }

    @Test func `bytes that are not UTF-8 are escaped one by one`() {
        #expect(EscapedName([0x61, 0xFF, 0xC3, 0x28]).description == "a\\xff\\xc3(")
        #expect(EscapedName([0xE2, 0x82]).description == "\\xe2\\x82")
        #expect(EscapedName([0xF0, 0x9F, 0x98]).description == "\\xf0\\x9f\\x98")
    }

    /// Surrogates and overlong forms are no characters, although they look like UTF-8.
    @Test func `impossible sequences are escaped`() {
        #expect(EscapedName([0xED, 0xA0, 0x80]).description == "\\xed\\xa0\\x80")
        #expect(EscapedName([0xC0, 0x80]).description == "\\xc0\\x80")
    }

    @Test func `two different names never look the same`() {
        var seen: [String: [UInt8]] = [:]
        for first in UInt8.min...UInt8.max {
            for second in [
                UInt8(ascii: "\\"), UInt8(ascii: "n"), UInt8(ascii: "x"), 0x0A, 0xC3, 0xA4,
            ] {
                let name = [first, second]
                let shown = EscapedName(name).description
                #expect(seen[shown] == nil, "\(name) and \(seen[shown] ?? [])")
                seen[shown] = name
            }
        }
    }

    @Test func `a path keeps its bytes on the way into the system and back`() {
        let bytes: [UInt8] = Array("/tmp/".utf8) + [0xFF, 0x0A, 0x20]
        #expect(FilePath(bytes: bytes).bytes == bytes)
        #expect(EscapedName(FilePath(bytes: bytes)).description == "/tmp/\\xff\\n ")
    }
}

import Testing

@testable import Golden

/// A golden with every kind of line in it.
func sampleGolden() throws -> GoldenFile {
    let digest = SHA256Digest(of: [1])
    let until = try #require(CalendarDay("2027-01-31"))
    return GoldenFile(
        imageBytes: 1 << 20, sha256: digest, root: SHA256Digest(of: [2]),
        blocks: .init(count: 17, digest: SHA256Digest(of: [3])), layout: 1,
        inputs: .init(recipe: SHA256Digest(of: [4]), sources: SHA256Digest(of: [5])),
        promise: .init(freeInodes: 2048, freeBytes: 32 << 20),
        superblock: [.init("s_inodes_count", "64"), .init("s_volume_name", "\"NIXOS SD\"")],
        groups: [.init(number: 0, facts: [.init("bg_flags", "0x4"), .init("free_blocks", "7")])],
        classes: [.init(name: "data", blockCount: 9, digest: digest)],
        tree: .init(entryCount: 2, digest: digest),
        entries: [
            .init(path: "/", facts: "type=dir mode=0755"),
            .init(path: "/a\\x20b", facts: "type=file"),
        ],
        spans: [.init(index: 0, digest: digest), .init(index: 1, digest: digest)],
        waivers: [
            try #require(
                Waiver(
                    subject: "lint:timestamp", until: until,
                    reason: "the vendor's tool writes it: é"))
        ])
}

/// The text with another last line, made right again.
func resigned(_ text: [UInt8]) -> [UInt8] {
    let body = text.dropLast().lastIndex(of: 0x0A).map { Array(text[...$0]) } ?? []
    return body + Array("self-sha256 \(SHA256Digest(of: body))\n".utf8)
}

/// The sample's text with one piece replaced by another, and the digest made right again.
private func text(replacing old: String, with new: String) throws -> [UInt8] {
    let text = String(decoding: try sampleGolden().text, as: UTF8.self)
    let range = try #require(text.firstRange(of: old))
    return resigned(Array(text.replacingCharacters(in: range, with: new).utf8))
}

extension String {
    fileprivate func firstRange(of other: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(other) }
            .map { $0..<index($0, offsetBy: other.count) }
    }

    fileprivate func replacingCharacters(in range: Range<Index>, with new: String) -> String {
        self[..<range.lowerBound] + new + self[range.upperBound...]
    }
}

@Suite struct GoldenFileTests {
    @Test func `what is written is read back, and written again the same`() throws {
        let golden = try sampleGolden()
        let outcome = try GoldenParser.parse(golden.text)
        #expect(outcome.golden == golden)
        #expect(outcome.warnings.isEmpty)
        #expect(outcome.golden.text == golden.text)
    }

    @Test(arguments: [
        ("image-bytes 1048576", "image-bytes 0", 2, "image-bytes", "a number of bytes"),
        ("image-bytes 1048576", "image-bytes 01", 2, "image-bytes", "a number of bytes"),
        (
            "image-bytes 1048576", "image-bytes 9223372036854775808", 2, "image-bytes",
            "a number of bytes"
        ),
        ("count=17", "count=-17", 5, "blocks", "count=N sha256=DIGEST"),
        ("layout 1", "layout one", 6, "layout", "a number"),
        ("free-bytes=", "free-byte=", 8, "promise", "free-inodes=N free-bytes=N"),
        (
            "superblock s_volume_name", "superblock s_inodes_count", 10, "superblock",
            "a field, named once, and its value"
        ),
        (
            "group 0", "group x", 11, "group",
            "a number larger than the one before, and NAME=VALUE pairs"
        ),
        (
            "class data", "class da/ta", 12, "class",
            "a name that is new, blocks=N sha256=DIGEST"
        ),
        ("/ type", "/\u{20}\ntree ", 14, "entry", "an escaped path and its facts"),
        (
            "span 1", "span 0", 17, "span",
            "a number larger than the one before and inside the image, and a digest in base64"
        ),
        (
            "span 1", "span 2", 17, "span",
            "a number larger than the one before and inside the image, and a digest in base64"
        ),
        (
            "2027-01-31", "2027-02-29", 18, "waiver",
            "a subject, a day as 2027-01-31, and a reason"
        ),
    ])
    func `one bad value is one error, with its line`(
        old: String, new: String, line: Int, keyword: String, expected: String
    ) throws {
        let bent = try text(replacing: old, with: new)
        #expect(
            throws: GoldenFileError(line: line, .badValue(keyword: keyword, expected: expected))
        ) { try GoldenParser.parse(bent) }
    }

    @Test func `lines out of order, twice, unknown or missing are errors`() throws {
        let unknown = try text(replacing: "tree entries", with: "forest entries")
        #expect(throws: GoldenFileError(line: 13, .unknownKeyword("forest"))) {
            try GoldenParser.parse(unknown)
        }
        let twice = try text(replacing: "layout 1\n", with: "layout 1\nlayout 1\n")
        #expect(throws: GoldenFileError(line: 7, .repeated(keyword: "layout"))) {
            try GoldenParser.parse(twice)
        }
        let late = try text(replacing: "span 1", with: "root 1\nspan 1")
        #expect(throws: GoldenFileError(line: 17, .outOfOrder(keyword: "root", after: "span"))) {
            try GoldenParser.parse(late)
        }
        let missing = try text(replacing: "group 0 bg_flags=0x4 free_blocks=7\n", with: "")
        #expect(throws: GoldenFileError(.missing(keyword: "group"))) {
            try GoldenParser.parse(missing)
        }
    }

    @Test func `a golden that was edited or cut says so`() throws {
        var edited = try sampleGolden().text
        let at = try #require(edited.firstIndex(of: UInt8(ascii: "7")))
        edited[at] = UInt8(ascii: "8")
        #expect {
            try GoldenParser.parse(edited)
        } throws: { error in
            guard case .edited = (error as? GoldenFileError)?.reason else { return false }
            return true
        }
        let text = try sampleGolden().text
        for count in [14, 40, text.count / 2, text.count - 1] {
            let cut = Array(text.prefix(count))
            #expect(throws: GoldenFileError.self) { try GoldenParser.parse(cut) }
        }
    }

    @Test func `a newer major version is refused, a newer minor one warned about`() throws {
        let major = try text(replacing: "assay-golden 1.0", with: "assay-golden 2.0")
        #expect(throws: GoldenFileError(line: 1, .newerVersion("2.0"))) {
            try GoldenParser.parse(major)
        }
        let minor = try text(replacing: "assay-golden 1.0\n", with: "assay-golden 1.7\n")
        #expect(try GoldenParser.parse(minor).warnings.count == 1)
        let unknown = try text(replacing: "tree ", with: "leaves 3\ntree ")
        let newer = try text(
            replacing: "assay-golden 1.0\n", with: "assay-golden 1.7\n")
        #expect(throws: GoldenFileError.self) { try GoldenParser.parse(unknown) }
        let both = resigned(
            Array(
                String(decoding: newer, as: UTF8.self)
                    .split(separator: "\n").map {
                        $0.hasPrefix("tree") ? "leaves 3\n\($0)" : "\($0)"
                    }
                    .joined(separator: "\n").utf8) + [0x0A])
        #expect(try GoldenParser.parse(both).golden == sampleGolden())
    }

    @Test(arguments: [
        ([], GoldenFileError.LookAlike.empty),
        ([0x28, 0xB5, 0x2F, 0xFD, 0], .zstd),
        (Array("ASSAYBLK".utf8), .blocks),
        ([UInt8](repeating: 0, count: 1080) + [0x53, 0xEF], .ext4),
        ([UInt8](repeating: 0, count: 510) + [0x55, 0xAA], .disk),
        (Array(" {\"format\"".utf8), .json),
        (Array("hello".utf8), .other),
    ])
    func `something else in a golden's place is named`(
        bytes: [UInt8], lookAlike: GoldenFileError.LookAlike
    ) {
        #expect(throws: GoldenFileError(line: 1, .notAGolden(lookAlike: lookAlike))) {
            try GoldenParser.parse(bytes)
        }
    }

    @Test(arguments: ["\u{1B}[2J", "\u{202E}", "\u{0}", "\u{7F}"])
    func `characters that drive a terminal have no place in a golden`(evil: String) throws {
        let bent = try text(replacing: "the vendor", with: "the \(evil) vendor")
        #expect(throws: GoldenFileError(line: 18, .notText)) { try GoldenParser.parse(bent) }
    }

    /// Every byte of the sample bent in two ways, with the digest made right again.
    @Test func `no text makes the parser trap`() throws {
        let text = try sampleGolden().text
        for index in text.indices {
            for change in [0x01, 0x80] as [UInt8] {
                var bent = text
                bent[index] ^= change
                _ = try? GoldenParser.parse(bent)
                _ = try? GoldenParser.parse(resigned(bent))
            }
        }
    }

    @Test(arguments: [
        "2027-1-31", "2027-13-01", "2027-00-01", "2027-04-31", "1900-02-29", "2027-01-311", "",
        "2027/01/31", "-027-01-01",
    ])
    func `what is no day is refused`(text: String) {
        #expect(CalendarDay(text) == nil)
    }

    @Test(
        arguments: [
            (0, "1970-01-01"), (951_782_400, "2000-02-29"), (4_107_542_399, "2100-02-28"),
            (-1, "1969-12-31"), (1_798_675_200, "2026-12-31"),
        ] as [(Int64, String)])
    func `the clock's seconds are a day`(seconds: Int64, day: String) {
        #expect(CalendarDay(secondsSince1970: seconds).description == day)
        #expect(CalendarDay(day) == CalendarDay(secondsSince1970: seconds))
    }

    @Test func `base64 is RFC 4648's, without padding`() {
        for (bytes, text) in [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
        ] {
            #expect(Base64.encode(Array(bytes.utf8)) == text)
            #expect(Base64.decode(text.utf8) == Array(bytes.utf8))
        }
        for bad in ["Zh", "Z", "Zm9=", "Zm9\n", "Zg=="] { #expect(Base64.decode(bad.utf8) == nil) }
    }
}

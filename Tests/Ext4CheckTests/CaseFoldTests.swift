import Ext4Check
import Ext4Image
import Ext4Layout
import ImageBytes
import SystemPackage
import TestKit
import Testing

/// Directories that fold case, with names of many scripts, held against e2fsck.
@Suite struct CaseFoldTests {
    @Test(arguments: [("half_md4", ",encoding_flags=strict"), ("tea", ""), ("legacy", "")])
    func `a bent name in a hash tree gets the verdict of e2fsck`(
        _ version: String, _ flags: String
    ) async throws {
        let scratch = try ScratchFolder()
        let path = try await Self.make(version, flags, in: scratch)
        let report = try TestImage.check(path)
        #expect(report.verdict == .clean && report.findings.isEmpty, "\(report.findings.prefix(3))")
        let image = try BentImage(path)
        var seen: [Bool: Int] = [:]
        for entry in try image.entries("/dir", step: 30) {
            // Another letter: the name lies at the wrong hash, most probably. A letter in its other
            // case: nothing changes.
            let first = Int(entry.offset) + 8
            let bends = [(first, UInt8(ascii: "q")), (first, UInt8(ascii: "N"))]
            for (place, byte) in bends + image.otherCase(entry) {
                try image.bend(place, [byte], inDirectory: "/dir")
                let opinion = try await Fsck.opinion(path)
                let report = try TestImage.check(path)
                #expect(
                    opinion.isClean == (report.verdict == .clean),
                    "\(entry.name), \(byte): e2fsck says \(opinion.problem ?? "nothing")")
                seen[opinion.isClean, default: 0] += 1
                try image.restore(place)
            }
        }
        #expect(seen[true, default: 0] > 10 && seen[false, default: 0] > 5, "\(seen)")
    }

    @Test(
        arguments: [
            [0xFF, 0xFE], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0x80, 0x41], [0x41, 0x80],
        ] as [[UInt8]])
    func `a name that is not UTF-8 in a hash tree gets the verdict of e2fsck`(
        _ start: [UInt8]
    ) async throws {
        let scratch = try ScratchFolder()
        let path = try await Self.make("half_md4", "", in: scratch)
        let image = try BentImage(path)
        // libext2fs hashes it as it is, or folds it, where its bytes but the first are only the rest
        // of a character.
        let isHashed = start.count == 2 && start.contains(0x80)
        let all = try image.entries("/dir", step: 1)
        for index in stride(from: 1, to: all.count, by: 17) {
            // The first of a block starts it, but in the tree's root, where there are no names.
            let isFirst = all[index].offset % 1024 == 0
            let place = Int(all[index].offset) + 8
            try image.bend(place, start, inDirectory: "/dir")
            let opinion = try await Fsck.opinion(path)
            let report = try TestImage.check(path)
            let isClean = report.verdict == .clean
            #expect(
                opinion.isClean == isClean,
                "\(index): \(opinion.problem ?? "nothing"), \(report.findings.prefix(3))")
            if !isHashed {
                #expect(isClean != isFirst)
                #expect(report.findings.count { $0.kind == .unchecked } == 1)
            }
            try image.restore(place)
        }
    }

    @Test func `a name that is not UTF-8 at the start of a hash tree's block is an error`()
        async throws
    {
        let scratch = try ScratchFolder()
        let path = try await Self.make("half_md4", "", in: scratch)
        let image = try BentImage(path)
        let firsts = try image.entries("/dir", step: 1).filter { $0.offset % 1024 == 0 }
        #expect(firsts.count > 10)
        for entry in firsts.dropFirst().prefix(6) {
            let place = Int(entry.offset) + 8
            try image.bend(place, [0xFF, 0xFE], inDirectory: "/dir")
            #expect(try await Fsck.opinion(path).problem?.contains("HTREE") == true)
            let report = try TestImage.check(path)
            #expect(report.findings.contains { $0.kind == .hashTreeOrder && $0.severity == .error })
            try image.restore(place)
        }
    }

    @Test func `a name that is there twice is an error, one that is so when folded a warning`()
        async throws
    {
        let scratch = try ScratchFolder()
        let path = try await Self.make("half_md4", "", in: scratch)
        let image = try BentImage(path)
        let pairs = try image.neighbours("/dir")
        #expect(pairs.count > 20)
        for (left, right) in pairs.prefix(4) {
            let place = Int(left.offset) + 8
            try image.bend(place, right.name, inDirectory: "/dir")
            #expect(try await Fsck.opinion(path).problem?.contains("uplicate") == true)
            let same = try TestImage.check(path)
            #expect(same.findings.map(\.kind) == [.entryDuplicate] && same.verdict == .invalid)

            // e2fsck does not look for those, 1.47.2 neither.
            try image.bend(place, [UInt8(ascii: "N")] + right.name.dropFirst(), inDirectory: "/dir")
            #expect(try await Fsck.opinion(path).isClean)
            let folded = try TestImage.check(path)
            #expect(folded.findings.map(\.kind) == [.entryDuplicate] && folded.verdict == .clean)
            try image.restore(place)
        }
    }

    @Test(arguments: ["", ",encoding_flags=strict"])
    func `names that the encoding may not allow get the verdict of e2fsck`(
        _ flags: String
    ) async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            mkdir -p tree/dir; : > tree/dir/abcdefgh
            mke2fs -qF -t ext4 -b 1024 -O casefold -E 'encoding=utf8\(flags)' -d tree image 4M
            debugfs -wR 'sif /dir flags 0x40080000' image
            """, in: scratch.path)
        let path = scratch["image"]
        let image = try BentImage(path)
        let place = Int(try #require(try image.entries("/dir").first).offset) + 8 + 2
        let names: [[UInt8]] = [
            Array("é".utf8), Array("\u{378}".utf8), Array("\u{1F972}".utf8),
            Array("\u{10FFFF}".utf8), [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0x80], [0xC3], [0xFF],
        ]
        for (index, name) in names.enumerated() {
            try image.bend(place, name, inDirectory: "/dir")
            let opinion = try await Fsck.opinion(path)
            let report = try TestImage.check(path)
            let isText = index < 4
            #expect(opinion.isClean == (isText || flags.isEmpty), "\(name)")
            #expect(
                opinion.isClean == (report.verdict == .clean),
                "\(name): \(report.findings.prefix(3))")
            try image.restore(place)
        }
    }

    /// An image with an indexed directory that folds case, `/dir`.
    private static func make(
        _ version: String, _ flags: String, in scratch: ScratchFolder
    ) async throws -> FilePath {
        // The same order of names every time.
        let options = "encoding=utf8,hash_seed=5f3c1d52-7c5b-4d0a-9c3e-1b2a3c4d5e6f" + flags
        try await Shell.write(Array(names.joined(separator: [0])), to: scratch["names"])
        try await Shell.run(
            """
            mkdir -p tree/dir; (cd tree/dir; xargs -0 touch -- < ../../names)
            mke2fs -qF -t ext4 -b 1024 -O casefold -E '\(options)' -d tree image 8M
            tune2fs -E hash_alg=\(version) image >/dev/null
            debugfs -wR 'sif /dir flags 0x40080000' image
            e2fsck -fyD image >/dev/null || test $? -le 1
            debugfs -R 'stat /dir' image | grep -q 'Flags: 0x40081000'
            """, in: scratch.path)
        return scratch["image"]
    }

    /// Some hundred names of letters, syllables, marks and signs.
    private static let names: [[UInt8]] = {
        let blocks: [ClosedRange<UInt32>] = [
            0xC0...0xFF, 0x388...0x3CE, 0x410...0x44F, 0x1E00...0x1E40, 0x3041...0x3093,
            0xAC00...0xAC40, 0xF900...0xF940, 0x13A0...0x13D0, 0x1F600...0x1F620, 0x378...0x37A,
        ]
        var folded: Set<FoldedName> = []
        let scalars = blocks.joined().compactMap(Unicode.Scalar.init)
        return scalars.enumerated().compactMap { index, scalar in
            guard folded.insert(FoldedName(Array(String(scalar).utf8))).inserted else { return nil }
            let letters = String(repeating: Character(scalar), count: 4)
            return Array("n\u{308}\(1000 + index)-\(letters)-xxxxxxxxxxxxxxxxxxxx".utf8)
        }
    }()
}

import Ext4Check
import Ext4Image
import ImageBytes
import SystemPackage
import TestKit
import Testing

/// Directories that are encrypted and fold case: their names are hashed with a key, and the hash
/// stands behind each name.
///
/// No kernel made these: names of 28 bytes become names of 20 with 8 bytes of hash behind them, and
/// e2fsck makes the tree of what it finds there.
@Suite struct KeyedHashTests {
    @Test func `the hash behind a name is held against the tree, as by e2fsck`() async throws {
        let scratch = try ScratchFolder()
        let path = try await Self.make(in: scratch)
        let clean = try TestImage.check(path)
        #expect(clean.verdict == .clean && clean.findings.isEmpty, "\(clean.findings.prefix(3))")
        let image = try BentImage(path)
        let entries = try image.entries("/dir")
        #expect(entries.count > 20 && entries.allSatisfy { $0.name.count == 20 })
        var seen: [Bool: Int] = [:]
        for entry in entries {
            for (place, byte) in Self.bends(of: entry, in: image) {
                try image.bend(place, [byte], inDirectory: "/dir")
                let opinion = try await Fsck.opinion(path)
                let report = try TestImage.check(path)
                #expect(
                    opinion.isClean == (report.verdict == .clean),
                    "byte \(place - Int(entry.offset)): e2fsck says \(opinion.problem ?? "nothing")"
                )
                seen[opinion.isClean, default: 0] += 1
                try image.restore(place)
            }
        }
        #expect(seen[true, default: 0] > 20 && seen[false, default: 0] > 20, "\(seen)")
    }

    @Test func `encrypted names are one only where their bytes are the same`() async throws {
        let scratch = try ScratchFolder()
        let path = try await Self.make(in: scratch)
        let image = try BentImage(path)
        let pair = try #require(try image.neighbours("/dir").first)
        let (place, right) = (Int(pair.0.offset) + 8, pair.1)
        let capitals = Array(String(decoding: right.name, as: UTF8.self).uppercased().utf8)
        for name in [right.name, capitals] {
            try image.bend(place, name, inDirectory: "/dir")
            let opinion = try await Fsck.opinion(path)
            #expect(opinion.isClean == (name != right.name))
            let report = try TestImage.check(path)
            #expect((report.verdict == .clean) == opinion.isClean)
            try image.restore(place)
        }
    }

    /// Changes of the hash's highest and lowest byte, of the minor hash, and of the name: a letter
    /// that looks folded, and bytes that no name in clear text may have.
    private static func bends(
        of entry: Ext4Image.NamedEntry, in image: BentImage
    ) -> [(place: Int, byte: UInt8)] {
        let name = Int(entry.offset) + 8
        let hash = name + 20
        return [
            (hash + 3, image[hash + 3] ^ 0x40), (hash, 0xFF), (hash + 7, image[hash + 7] ^ 0x40),
            (name, UInt8(ascii: "E")), (name, 0), (name, UInt8(ascii: "/")),
        ]
    }

    /// An image with an indexed directory, `/dir`, of 300 names for one pipe, which needs no
    /// encryption of its own.
    private static func make(in scratch: ScratchFolder) async throws -> FilePath {
        let path = scratch["image"]
        let context = [1, 1, 4, 0] + Array("KEYDESCRabcdefghijklmnop".utf8)
        try await Shell.write(context, to: scratch["context"])
        try await Shell.write(Array(names.joined(separator: [0])), to: scratch["names"])
        try await Shell.run(
            """
            mkdir -p tree/dir; mkfifo pipe; (cd tree/dir; xargs -0 -n 1 ln ../../pipe < ../../names)
            mke2fs -qF -t ext4 -b 1024 -O casefold,encrypt,^metadata_csum -E encoding=utf8 -d tree \
              image 8M
            debugfs -wR 'ea_set -f context /dir user.c' image
            debugfs -wR 'sif /dir flags 0x40080800' image
            """, in: scratch.path)
        try setHashes(in: path)
        try await Shell.run(
            """
            e2fsck -fyD image >/dev/null || test $? -le 1
            debugfs -R 'stat /dir' image | grep -q 'Flags: 0x40081800'
            """, in: scratch.path)
        return path
    }

    private static let names: [[UInt8]] = (0..<300).map { number in
        let text = "encrypted_name_\(10000 + number)"
        // No zero and no slash, since mke2fs takes the hash for a part of the name.
        let hash = (0..<8).map { UInt8(0x30 + (number * 37 + $0 * 59 + number * $0) % 0xC0) }
        return Array(text.utf8) + [hash[0] & 0xFE] + hash.dropFirst()
    }

    /// Cuts names short of what becomes their hash, and makes the attribute that of encryption.
    private static func setHashes(in path: FilePath) throws {
        let mapped = try MappedImage(path: path)
        var bytes = mapped.slice.copy()
        let start = Array("encrypted_name_1".utf8)
        for offset in stride(from: 0, to: bytes.count - 64, by: 4) {
            if bytes[offset + 6] == 28, bytes[offset + 8..<offset + 8 + start.count] == start[...] {
                bytes[offset + 6] = 20
            }
            // The attribute becomes the encryption's: its index is 9, not 1.
            if bytes[offset] == 1, bytes[offset + 1] == 1, bytes[offset + 8] == 28,
                bytes[offset + 16] == UInt8(ascii: "c")
            {
                bytes[offset + 1] = 9
            }
        }
        let file = try FileDescriptor.open(path, .writeOnly)
        defer { try? file.close() }
        try file.writeAll(toAbsoluteOffset: 0, bytes)
    }
}

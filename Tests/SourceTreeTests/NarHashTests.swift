import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import SourceTree

@Suite struct NarHashTests {
    /// Reads a tree of this machine with the shell, so that nothing of ours takes part.
    private func add(_ path: FilePath, to hasher: inout NarHasher) async throws {
        let kind = try await Shell.run("stat -c '%F:%a' -- \"\(path)\"").split(separator: ":")
        switch kind[0] {
        case "directory":
            hasher.enterDirectory()
            let names = try await Shell.run("ls -A", in: path).split(separator: "\n")
            for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                hasher.entry(name: name.utf8)
                try await add(path.appending(String(name)), to: &hasher)
            }
            hasher.leaveDirectory()
        case "symbolic link":
            let target = try await Shell.run("readlink -n -- \"\(path)\"")
            hasher.symbolicLink(target: target.utf8)
        default:
            let bytes = try await Shell.attempt("cat -- \"\(path)\"").standardOutput
            addFile(bytes, executable: kind[1].hasPrefix("7"), pieces: 3_000, to: &hasher)
        }
    }

    private func addFile(
        _ bytes: [UInt8], executable: Bool = false, pieces: Int, to hasher: inout NarHasher
    ) {
        hasher.regularFile(executable: executable, size: UInt64(bytes.count))
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
            hasher.update(piece.span.bytes)
        }
        hasher.endFile()
    }

    @Test func `the hash of a tree is the one that Nix computes`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            umask 022; mkdir -p t/empty t/deep/er t/a.b t/a
            printf 1234567 > t/seven; printf 12345678 > t/eight; : > t/none
            printf '#!/bin/sh\\n' > t/run; chmod 755 t/run
            head -c 70001 /dev/zero > t/deep/er/zeros; seq 5000 > t/deep/er/numbers
            ln -s ../none t/a/link; ln -s x t/a.b/y; echo 1 > "t/with space"; echo 2 > t/é
            """, in: scratch.path)
        for name in ["t", "t/seven", "t/run", "t/none", "t/a/link", "t/empty"] {
            var hasher = NarHasher()
            try await add(scratch[name], to: &hasher)
            let (hash, byteCount) = hasher.finish()
            let expected = try await Shell.run(
                "nix-store --dump \(name) | sha256sum; nix-store --dump \(name) | wc -c",
                in: scratch.path)
            #expect("\(hash.hexadecimal)  -\n\(byteCount)\n" == expected, "\(name)")
            let base32 = try await Shell.run(
                "nix-hash --type sha256 --base32 \(name)", in: scratch.path)
            #expect("\(hash)\n" == "sha256:" + base32, "\(name)")
        }
    }

    @Test func `how a file is cut into pieces does not matter`() {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
        let hashes = [1, 7, 1_023, 1_024, 4_096, 99_999, 100_000].map { pieces in
            var hasher = NarHasher()
            addFile(bytes, pieces: pieces, to: &hasher)
            return hasher.finish().hash
        }
        #expect(Set(hashes).count == 1)
    }

    @Test func `a hole hashes as its zeros`() {
        var read = NarHasher()
        addFile([UInt8](repeating: 0, count: 200_001), pieces: 70_000, to: &read)
        var skipped = NarHasher()
        skipped.regularFile(executable: false, size: 200_001)
        skipped.updateZeros(count: 200_001)
        skipped.endFile()
        let (first, second) = (read.finish(), skipped.finish())
        #expect(first.hash == second.hash)
        #expect(first.byteCount == second.byteCount)
    }

    @Test(arguments: ["more bytes than the file has", "a file that stops early", "an open folder"])
    func `a wrong order of calls is a trap and never a wrong hash`(which: String) async {
        await #expect(processExitsWith: .failure) { [which] in
            var hasher = NarHasher()
            switch which {
            case "an open folder": hasher.enterDirectory()
            case "a file that stops early":
                hasher.regularFile(executable: false, size: 4)
                hasher.endFile()
            default:
                hasher.regularFile(executable: false, size: 4)
                hasher.updateZeros(count: 5)
                hasher.endFile()
            }
            _ = hasher.finish()
        }
    }

    @Test func `every form of a hash that Nix prints is read back`() async throws {
        let scratch = try ScratchFolder()
        let forms = try await Shell.run(
            """
            echo golden > f; hash=$(nix-hash --flat --type sha256 f)
            echo $hash; echo sha256:$hash
            nix-hash --flat --type sha256 --base32 f
            echo sha256:$(nix-hash --to-base32 --type sha256 $hash)
            nix="nix --extra-experimental-features nix-command hash"
            $nix to-sri --type sha256 $hash; $nix to-base64 --type sha256 $hash
            """, in: scratch.path
        ).split(separator: "\n")
        #expect(forms.count == 6)
        let first = try #require(NarHash(text: forms[0].utf8))
        #expect(first.hexadecimal == forms[0])
        for form in forms { #expect(NarHash(text: form.utf8) == first, "\(form)") }
        #expect(first.description == forms[3])
    }

    @Test(arguments: [
        "", "sha256:", "sha512:00", "sha256:" + String(repeating: "e", count: 52),
        String(repeating: "z", count: 52), String(repeating: "g", count: 64),
        String(repeating: "0", count: 63), "sha256-" + String(repeating: "A", count: 42),
    ])
    func `what is not a SHA-256 is refused`(text: String) {
        #expect(NarHash(text: text.utf8) == nil)
    }

    @Test func `base 32 gives back what went in, for every length`() {
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
            let text = NixBase32.encode(bytes)
            #expect(text.utf8.count == NixBase32.length(of: count))
            #expect(NixBase32.decode(text.utf8) == bytes)
        }
    }
}

import Ext4Image
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@testable import Difference

/// Both versions of files that differ, written into a folder and nowhere else.
@Suite struct ExtractionTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// Makes `a` and `b` by a script and writes what differs into `out`.
    private func extract(_ script: String, limit: UInt64 = 1 << 30) async throws -> Extraction {
        try await Shell.run(
            """
            make() {
                truncate -s 32M $1
                E2FSPROGS_FAKE_TIME=1700000000 mke2fs -qF -t ext4 ${options:-} \
                    -U 01234567-89ab-4def-8123-456789abcdef \
                    -E hash_seed=01234567-89ab-4def-8123-456789abcdef -d tree $1
            }
            mkdir tree; \(script)
            """, in: scratch.path)
        let images = try ["a", "b"].map { name in
            try Ext4Image(ImageSource(path: scratch[name], workers: 2).open())
        }
        let difference = try DifferenceEngine(workers: 2).compare(images[0], images[1])
        return try Extraction(of: difference, into: scratch["out"], limit: limit)
    }

    private func listing() async throws -> [String] {
        try await Shell.run(
            "find out -mindepth 1 ! -type d -printf '%P %y %s\\n' | LC_ALL=C sort",
            in: scratch.path
        ).split(separator: "\n").map(String.init)
    }

    @Test func `both versions are written, with holes, and what only one side has`() async throws {
        let extraction = try await extract(
            """
            mkdir -p tree/etc/deep; echo one > tree/etc/deep/file; echo same > tree/same
            truncate -s 5M tree/sparse; printf x | dd of=tree/sparse bs=1 seek=4000000 conv=notrunc status=none
            echo old > tree/old; make a
            echo two, and longer > tree/etc/deep/file; rm tree/old; echo new > tree/new
            printf y | dd of=tree/sparse bs=1 seek=4000000 conv=notrunc status=none
            make b
            """)
        #expect(
            try await listing() == [
                "a/etc/deep/file f 4", "a/old f 4", "a/sparse f 5242880", "b/etc/deep/file f 16",
                "b/new f 4", "b/sparse f 5242880",
            ])
        #expect(extraction.fileCount == 6)
        #expect(extraction.omittedCount == 0)
        #expect(extraction.byteCount < 50_000)
        try await Shell.run(
            "cmp tree/sparse out/b/sparse; cmp tree/new out/b/new", in: scratch.path)
    }

    @Test func `a symlink is written as text, and a device is left out`() async throws {
        let extraction = try await extract(
            """
            ln -s /etc/passwd tree/link; make a
            rm tree/link; make b; cp a b
            debugfs -w -R 'mknod device c 1 3' b 2> /dev/null
            debugfs -w -R 'rm link' b 2> /dev/null
            """)
        #expect(try await listing() == ["a/link f 11"])
        #expect(extraction.omitted == ["b/device: is no regular file"])
        #expect(try await Shell.run("cat out/a/link", in: scratch.path) == "/etc/passwd")
    }

    @Test func `names that lead elsewhere stay inside the folder`() async throws {
        // Names that no file system lets in are put there byte by byte.
        let extraction = try await extract(
            """
            mkdir tree/d; for name in QQ Q Q1Q2 QzQ; do echo 1 > tree/$name; done
            echo 1 > tree/d/QQ; echo 1 > $'tree/\\xff\\n'; make a
            for name in QQ Q Q1Q2 QzQ; do echo 2 > tree/$name; done
            echo 2 > tree/d/QQ; echo 2 > $'tree/\\xff\\n'; make b
            for image in a b; do LC_ALL=C sed -i '
                s/\\x02\\x01QQ/\\x02\\x01../g; s/\\x01\\x01Q\\x00/\\x01\\x01.\\x00/g
                s/\\x04\\x01Q1Q2/\\x04\\x01..\\/e/g; s/QzQ/Q\\x00Q/g' $image; done
            """.replacingMake(options: "-O ^metadata_csum,^dir_index"))
        let files = try await listing()
        #expect(files.contains("a/\\xff\\n f 2"), "\(files)")
        #expect(files.contains("b/\\x2e\\x2e/e f 2"), "\(files)")
        #expect(files.contains("b/Q\\x00Q f 2"), "\(files)")
        #expect(files.allSatisfy { $0.hasPrefix("a/") || $0.hasPrefix("b/") })
        let outside = try await Shell.run(
            "ls -A | LC_ALL=C sort | tr '\\n' ' '", in: scratch.path)
        #expect(outside == "a b out tree ")
        #expect(extraction.fileCount + extraction.omittedCount > 0)
    }

    @Test func `the limit on bytes ends the writing, and says so`() async throws {
        let extraction = try await extract(
            """
            head -c 3000000 /dev/zero | tr '\\0' a > tree/big; echo 1 > tree/small; make a
            head -c 3000000 /dev/zero | tr '\\0' b > tree/big; echo 2 > tree/small; make b
            """, limit: 2_000_000)
        #expect(extraction.byteCount <= 2_000_000)
        #expect(extraction.omitted.contains("a/big: the limit of 2000000 bytes is reached"))
        #expect(try await listing() == ["a/small f 2", "b/small f 2"])
    }

    @Test func `a folder with anything in it is refused`() async throws {
        try await Shell.run("mkdir out; echo mine > out/mine", in: scratch.path)
        await #expect(throws: FileError("extract into", scratch["out"], .directoryNotEmpty)) {
            _ = try await extract("make a; cp a b")
        }
        #expect(try await listing() == ["mine f 5"])
    }

    @Test func `no name leads out of its folder`() throws {
        #expect(SafeName.of("file".utf8) == "file")
        #expect(SafeName.of(".".utf8) == "\\x2e")
        #expect(SafeName.of("..".utf8) == "\\x2e\\x2e")
        #expect(SafeName.of("...".utf8) == "...")
        #expect(SafeName.of("a/../b".utf8) == "a\\x2f..\\x2fb")
        #expect(SafeName.of([]) == "\\")
        #expect(SafeName.of([0x61, 0, 0x0A, 0xFF]) == "a\\x00\\n\\xff")
        let long = SafeName.of([UInt8](repeating: 0xFF, count: 255))
        #expect(long.utf8.count <= 255)
        #expect(long != SafeName.of([UInt8](repeating: 0xFF, count: 254)))
    }

    @Test func `a link or a file in the place of a folder is not followed`() async throws {
        try await Shell.run("mkdir elsewhere", in: scratch.path)
        let root = try OutputFolder.make(scratch["out"])
        try await Shell.run(
            "ln -s ../elsewhere out/a; echo x > out/b; ln -s ../stolen out/c", in: scratch.path)
        #expect(try root.folder("a") == nil)
        #expect(try root.folder("b") == nil)
        #expect(try root.file("c") == nil)
        #expect(try root.file("b") == nil)
        try await Shell.run("test ! -e stolen && test -z \"$(ls elsewhere)\"", in: scratch.path)
    }
}

extension String {
    /// Options of mke2fs for every image that a script makes.
    fileprivate func replacingMake(options: String) -> String {
        "options='\(options)'; " + self
    }
}

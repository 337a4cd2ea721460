import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Difference

/// What the look into two files says, of files that the real tools made.
@Suite struct CulpritTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// Runs a script that makes the files `a` and `b`, and looks into them.
    private func look(_ script: String) async throws -> CulpritLook? {
        try await Shell.run(script, in: scratch.path)
        return ArrayContent.look(
            try ArrayContent(scratch["a"]), try ArrayContent(scratch["b"]))
    }

    private static func has(_ tools: String...) -> Bool {
        tools.allSatisfy { tool in
            (ProcessEnvironment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").contains {
                (try? ArrayContent(FilePath("\($0)/\(tool)"))) != nil
            }
        }
    }

    private static let source = "printf 'int main(void) { return 0; }\\n' > main.c; "

    @Test(.enabled(if: has("gcc"), "needs gcc"))
    func `only the build ID of a program differs`() async throws {
        let look = try #require(
            try await look(
                Self.source + """
                    gcc -o a main.c -Wl,--build-id=0x0123456789abcdef0123456789abcdef01234567
                    gcc -o b main.c -Wl,--build-id=0xfedcba98765432100123456789abcdef01234567
                    """))
        #expect(look.culprit == .elfNotes)
        #expect(look.isAll)
        #expect(
            look.sentence
                == "ELF: only the build ID 0123456789abcdef… against fedcba9876543210…")
    }

    @Test(.enabled(if: has("gcc"), "needs gcc"))
    func `a build ID beside other code is not all`() async throws {
        let look = try #require(
            try await look(
                Self.source + """
                    gcc -o a main.c -Wl,--build-id=sha1
                    sed -i 's/return 0/return 7/' main.c
                    gcc -o b main.c -Wl,--build-id=sha1
                    """))
        #expect(look.culprit == .elfNotes)
        #expect(!look.isAll)
        #expect(look.sentence.hasPrefix("ELF: the build ID "), "\(look.sentence)")
        #expect(look.sentence.contains("; other bytes from "), "\(look.sentence)")
        #expect(look.sentence.hasSuffix(" on, in .text"), "\(look.sentence)")
    }

    @Test(.enabled(if: has("gcc"), "needs gcc"))
    func `where a program differs is named by its section`() async throws {
        let look = try #require(
            try await look(
                """
                for side in a b; do
                    printf '.ident "made by %s"\\n' $side > main.s
                    gcc -c -o $side main.s
                done
                """))
        #expect(look.culprit == .elfSection)
        #expect(!look.isAll)
        #expect(
            look.sentence == "ELF: the first difference is in .comment", "\(look.sentence)")
    }

    @Test(.enabled(if: has("gcc"), "needs gcc"))
    func `another note than the build ID is named by its section`() async throws {
        let look = try #require(
            try await look(
                Self.source + """
                    for side in a b; do
                        printf '.section .note.made,"a",@note\\n.long 4,1,9\\n.asciz "abc"\\n.byte 0x%d\\n' \
                            $([ $side = a ] && echo 1 || echo 2) > note.s
                        gcc -o $side main.c note.s -Wl,--build-id=none
                    done
                    """))
        #expect(look.isAll)
        #expect(look.sentence == "ELF: only notes in .note.made", "\(look.sentence)")
    }

    @Test func `gzip without -n has the time and the name`() async throws {
        let look = try #require(
            try await look(
                """
                seq 1000 > text; touch -d @1700000000 text
                gzip -c text > a; gzip -nc text > b
                """))
        #expect(look.culprit == .gzipHeader)
        #expect(look.isAll)
        #expect(
            look.sentence
                == "gzip: only the mtime 1700000000 against 0, the name text against none")
    }

    @Test func `gzip at another level is the same content by its CRC`() async throws {
        let look = try #require(
            try await look("seq 1000 > text; gzip -n1c text > a; gzip -n9c text > b"))
        #expect(look.culprit == .compression)
        #expect(look.isAll)
        #expect(look.sentence.contains("CRC-32"), "\(look.sentence)")
    }

    @Test func `gzip of other content is not only its header`() async throws {
        let look = try #require(
            try await look(
                """
                seq 1000 > text; touch -d @1700000000 text; gzip -c text > a
                seq 1001 > text; touch -d @1700000001 text; gzip -c text > b
                """))
        #expect(!look.isAll)
        #expect(
            look.sentence == "gzip: the mtime 1700000000 against 1700000001, and the content")
    }

    @Test func `zstd at other levels expands to the same`() async throws {
        let look = try #require(
            try await look(
                """
                seq 100000 > text; zstd -q1 text -o a; zstd -q19 text -o b
                """))
        #expect(look.culprit == .compression)
        #expect(look.isAll)
        #expect(look.sentence.hasSuffix("both expand to the same 588895 bytes"), "\(look.sentence)")
    }

    @Test func `zstd of other content is nobody's fault`() async throws {
        #expect(
            try await look(
                """
                seq 100000 > text; zstd -q text -o a; echo >> text; zstd -q text -o b
                """) == nil)
        // Cut in the middle of a frame: the reader must end as well.
        #expect(
            try await look(
                """
                rm a b; seq 100000 > text; zstd -q1 text -o a; zstd -q text -o b
                truncate -s -20 b
                """) == nil)
    }

    @Test(.enabled(if: has("python3"), "needs python3"))
    func `compiled Python has the time or the hash of its source`() async throws {
        let compile = "import py_compile as p,sys; p.compile('m.py',cfile=sys.argv[1],"
        let time = try #require(
            try await look(
                """
                echo 'x = 1' > m.py; touch -d @1700000000 m.py
                python3 -c "\(compile)invalidation_mode=p.PycInvalidationMode.TIMESTAMP)" a
                touch -d @1700000001 m.py
                python3 -c "\(compile)invalidation_mode=p.PycInvalidationMode.TIMESTAMP)" b
                """))
        #expect(time.culprit == .pythonSource)
        #expect(time.isAll)
        #expect(time.sentence == "pyc: only the source's mtime 1700000000 against 1700000001")
        let hash = try #require(
            try await look(
                """
                rm a b
                python3 -c "\(compile)invalidation_mode=p.PycInvalidationMode.CHECKED_HASH)" a
                echo '# a comment' >> m.py
                python3 -c "\(compile)invalidation_mode=p.PycInvalidationMode.CHECKED_HASH)" b
                """))
        #expect(hash.isAll)
        #expect(hash.sentence.hasPrefix("pyc: only the source's hash "), "\(hash.sentence)")
    }

    @Test(.enabled(if: has("ar"), "needs ar"))
    func `a static library has the dates and owners of its members`() async throws {
        let look = try #require(
            try await look(
                """
                echo one > one.o; echo two > two.o; chmod 644 *.o; touch -d @1700000000 *.o
                ar rcD a one.o two.o; ar rcU b one.o two.o
                """))
        #expect(look.culprit == .archiveMembers)
        #expect(look.isAll)
        #expect(
            look.sentence.hasPrefix("ar: only the members' dates"), "\(look.sentence)")
        #expect(look.sentence.hasSuffix("first one.o/ 0 against 1700000000"), "\(look.sentence)")
    }

    @Test(.enabled(if: has("python3"), "needs python3"))
    func `a zip file has the times of its members`() async throws {
        let write = """
            import zipfile,sys
            with zipfile.ZipFile(sys.argv[1],'w') as z:
                for n in 'one','two': z.writestr(zipfile.ZipInfo(n, (2023,11,14,22,13,int(sys.argv[2]))), n)
            """
        let look = try #require(
            try await look(
                """
                cat > z.py <<'E'
                \(write)
                E
                python3 z.py a 20; python3 z.py b 22
                """))
        #expect(look.culprit == .zipTimes)
        #expect(look.isAll)
        #expect(
            look.sentence
                == "zip: only times of members, first one 2023-11-14 22:13:20 against "
                + "2023-11-14 22:13:22")
    }

    @Test func `text has no culprit`() async throws {
        #expect(try await look("echo a long line of text > a; echo a long line of taxt > b") == nil)
    }
}

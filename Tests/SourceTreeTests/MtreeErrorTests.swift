import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import SourceTree

@Suite struct MtreeErrorTests {
    private static let longName = String(repeating: "n", count: 256)
    private static let longPath = String(repeating: "a/", count: 33_000)
    private static let longTarget = String(repeating: "t", count: 4_096)

    @Test(arguments: [
        ("\n\n/bin/sh type=file", 3, "neither /set nor /unset"),
        ("#mtree\n./a type=dir \\\n  color=red", 2, "unknown keyword \"color\""),
        ("./a", 1, "/a: type= is missing"),
        ("./a type=door", 1, "\"door\" is no value for type="),
        ("./a type=dir mode=9", 1, "\"9\" is no value for mode="),
        ("./a type=dir mode=200000", 1, "no value for mode="),
        ("./a type=dir mode=u=rwz", 1, "no value for mode="),
        ("./a type=dir uid=-1", 1, "\"-1\" is no value for uid="),
        ("./a type=dir uid=4294967295", 1, "no value for uid="),
        ("./a type=dir gid=99999999999999999999", 1, "no value for gid="),
        ("./a type=dir gid", 1, "\"gid\" is not of the form keyword=value"),
        ("./a type=dir time=1.x", 1, "no value for time="),
        ("./a type=dir time=15032385536", 1, "no value for time="),
        ("./a type=dir time=-2147483649", 1, "no value for time="),
        ("./a type=dir uname=who", 1, "uname=who is in no table"),
        ("/set gname=who", 1, "gname=who is in no table"),
        ("./a type=link", 1, "/a: type=link needs link="),
        ("./a type=link link=\(longTarget)", 1, "4096 bytes, and paths have 1 to 4095"),
        ("./a type=link link=a\\000b", 1, "no value for link="),
        ("./a type=char", 1, "need device="),
        ("./a type=block device=linux,1", 1, "no value for device="),
        ("./a type=file contents=gone", 1, "/a: cannot read its contents, "),
        ("./a type=file size=3", 1, "say contents= if it is elsewhere"),
        ("./a type=file contents=tree.mtree size=1", 1, "size=1, but its contents"),
        ("./a type=file contents=.", 1, "are not a regular file"),
        ("./a type=file\n./a/b type=dir", 1, "/a: is not a folder, but b is to be in it"),
        (". type=file", 1, "the root must be a folder"),
        ("./a type=file size=0\n./a type=dir", 2, "a: line 1 gives it another type="),
        ("./a\\057b type=dir", 1, "has an escaped slash, which no name can hold"),
        ("./a/../b type=dir", 1, "\"..\" cannot be the name of a file"),
        ("./a\\0b type=dir", 1, "cannot be the name of a file"),
        ("./a\\q\\ type=dir", 1, "a backslash that begins no escape"),
        ("\(longName) type=dir", 1, "has 256 bytes; 255 fit"),
        ("./\(longPath) type=dir", 1, "… has 66002 bytes; a path may have 65536 here"),
        ("./a \(longPath)=1", 1, "a/a/…\""),
        ("./a type=dir xattr.user.x=!", 1, "no value for xattr.user.x="),
        ("./a type=dir xattr.os2.x=", 1, "ext4 has attributes named user."),
        ("./a type=dir xattr.system.posix_acl_access=YQ==", 1, "not an access control list"),
        ("./a type=fifo inode=1\n./b type=socket inode=1", 2, "the inode= of line 1"),
    ])
    func `a line that cannot be read is named by its number`(
        text: String, line: Int, reason: String
    ) async throws {
        let scratch = try ScratchFolder()
        let file = scratch["tree.mtree"]
        try await Shell.write(Array(text.utf8), to: file)
        do throws(SourceError) {
            _ = try Mtree.parse(path: file, defaultTime: 1)
            Issue.record("was read")
        } catch {
            guard case .malformed(EscapedName(file), line, let found) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(found.contains(reason), "\(found)")
            #expect(found.utf8.count < 1_000)
        }
    }

    @Test func `a text that does not exist is a failed call`() throws {
        let scratch = try ScratchFolder()
        let expected = FileError("open", scratch["none"], .noSuchFileOrDirectory)
        #expect(throws: SourceError.file(expected)) {
            try Mtree.parse(path: scratch["none"], defaultTime: 1)
        }
    }

    @Test func `a text with any byte changed or cut off is never a trap`() async throws {
        let text = """
            #mtree v2.0
            /set type=file uid=10 gid=20 mode=u=rwx,g=rX time=5.5
            . type=dir
            a\\040b type=dir xattr.user.n=YWJj
            n type=char device=linux,1,3 \\
              nlink=2 inode=77
            ..
            ./x/y\\M-a type=link link=..\\057z
            /unset all
            ./f type=file optional contents=gone size=12
            """
        await #expect(processExitsWith: .success) { [text = Array(text.utf8) as [UInt8]] in
            let parser = MtreeParser(users: .empty, groups: .empty)
            func read(_ text: [UInt8]) {
                let draft = MtreeReader.draft(of: text, parser: parser) { _, _ in }
                let path = FilePath("/nonexistent/tree.mtree")
                let builder = MtreeBuilder(draft: draft, path: path, defaultTime: 1)
                _ = try? builder.build()
            }
            for position in text.indices {
                for byte: UInt8 in [0, 0x0A, 0x20, 0x23, 0x2F, 0x30, 0x39, 0x3D, 0x5C, 0xFF] {
                    var bent = text
                    bent[position] = byte
                    read(bent)
                }
                read(Array(text[..<position]))
            }
        }
    }

    @Test func `a folder in a folder, 20,000 deep, is built`() async throws {
        let scratch = try ScratchFolder()
        let file = scratch["tree.mtree"]
        let text = "/set type=dir\n" + String(repeating: "d\n", count: 20_000)
        try await Shell.write(Array(text.utf8), to: file)
        #expect(try Mtree.parse(path: file, defaultTime: 1).nodes.count == 20_001)
    }
}

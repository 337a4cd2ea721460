import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import SourceTree

@Suite struct MtreeTests {
    private func parse(
        _ text: String, in scratch: ScratchFolder? = nil, users: AccountTable = .empty,
        groups: AccountTable = .empty
    ) async throws -> SourceTree {
        let scratch = try scratch ?? ScratchFolder()
        let file = scratch["tree.mtree"]
        try await Shell.write(Array(text.utf8), to: file)
        return try Mtree.parse(path: file, users: users, groups: groups, defaultTime: 1)
    }

    @Test(arguments: [
        ("", 0o700), ("./z type=dir\n./a type=dir\n", 0o700),
        ("lost+found type=dir mode=0711\n", 0o711), ("./lost+found/x type=dir\n", 0o755),
    ])
    func `lost+found is added in its place where no line speaks of it`(
        text: String, permissions: UInt16
    ) async throws {
        let scratch = try ScratchFolder()
        let file = scratch["tree.mtree"]
        try await Shell.write(Array(text.utf8), to: file)
        let plain = try Mtree.parse(path: file, defaultTime: 1)
        let tree = try Mtree.parse(path: file, defaultTime: 1, addsLostAndFound: true)
        let folder = try #require(tree.child(of: 0, named: "lost+found".utf8))
        #expect(tree.nodes[folder].kind == .directory)
        #expect(tree.nodes[folder].permissions == permissions)
        #expect(plain.nodes.count + (permissions == 0o700 ? 1 : 0) == tree.nodes.count)
    }

    @Test func `paths from the root and names in folders describe one tree`() async throws {
        let full = """
            #mtree v2.0
            . type=dir mode=0755
            ./etc type=dir mode=0750 uid=3 gid=4
            ./etc/link type=link link=../x\\040y time=7.999
            ./dev/null type=char device=linux,1,3 mode=0666
            ./etc/empty type=file mode=0600

            """
        let relative = """
            #mtree
            /set type=file uid=0 gid=0
            .               type=dir mode=0755
                etc         type=dir mode=0750 uid=3 \\
                            gid=4
                    link    type=link link=../x\\sy time=7.000000000
                    empty   mode=u=rw   # nobody else
                ..
                dev         type=dir
                    null    type=char device=0x103 mode=ugo+rw
                ..
            ..
            """
        let expected = [
            "/ directory 755 0:0 @1", "/dev directory 755 0:0 @1",
            "/dev/null characterDevice 666 0:0 @1 259", "/etc directory 750 3:4 @1",
            "/etc/empty regular 600 0:0 @1 0", "/etc/link symbolicLink 777 0:0 @7 -> ../x y",
        ]
        #expect(try await parse(full).listing == expected)
        #expect(try await parse(relative).listing == expected)
    }

    @Test func `folders that no line describes are there, root's and 0755`() async throws {
        let tree = try await parse("/set uid=7 mode=0700\n./a/b/c type=fifo\n")
        #expect(
            tree.listing == [
                "/ directory 755 0:0 @1", "/a directory 755 0:0 @1", "/a/b directory 755 0:0 @1",
                "/a/b/c fifo 700 7:0 @1",
            ])
        #expect(try await parse("").listing == ["/ directory 755 0:0 @1"])
    }

    @Test func `a later line adds to an earlier one, and a folder may come after its files`()
        async throws
    {
        let tree = try await parse(
            """
            ./a/f type=file uid=5 mode=0600
            ./a type=dir mode=0711
            /set gid=9
            ./a/f mode=0640
            ./a/s type=socket
            """)
        #expect(tree.line(at: "/a") == "/a directory 711 0:0 @1")
        #expect(tree.line(at: "/a/f") == "/a/f regular 640 5:9 @1 0")
        #expect(tree.line(at: "/a/s") == "/a/s socket 644 0:9 @1")
    }

    @Test func `set counts for the lines after it, and unset takes it back`() async throws {
        let tree = try await parse(
            """
            /set type=dir uid=1 gid=2 xattr.user.a=YQ
            ./one
            /unset uid xattr.user.a
            ./two
            /unset all
            ./three type=dir
            """)
        #expect(tree.line(at: "/one") == "/one directory 755 1:2 @1 user.a=[97]")
        #expect(tree.line(at: "/two") == "/two directory 755 0:2 @1")
        #expect(tree.line(at: "/three") == "/three directory 755 0:0 @1")
    }

    @Test func `attributes have names of any bytes, and of two with one name the later counts`()
        async throws
    {
        let scratch = try ScratchFolder()
        let text =
            Array("./a type=dir xattr.user.".utf8) + [0xE9]
            + Array("=YQ xattrs.user.\\351=Yg==\n".utf8)
        try await Shell.write(text, to: scratch["tree.mtree"])
        let tree = try Mtree.parse(path: scratch["tree.mtree"], defaultTime: 1)
        let expected = ExtendedAttribute(name: Array("user.".utf8) + [0xE9], value: [0x62])
        #expect(tree.attributes == [1: [expected]])
    }

    @Test func `contents are beside the text unless their path says otherwise`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            "mkdir d; printf abc > d/own; printf abcd > 'x y'; ln -s 'x y' z", in: scratch.path)
        let tree = try await parse(
            """
            ./d/own type=file
            ./relative contents=x\\sy size=4
            ./linked type=file contents=./z
            ./absolute type=file contents=\(scratch.path.string)/d/own sha256=0 md5digest=1
            ./empty type=file size=0
            ./absent type=file contents=nowhere optional
            """, in: scratch)
        let sizes = tree.nodes.filter { $0.kind == .regular }.map(\.size).sorted()
        #expect(sizes == [0, 3, 3, 4, 4])
        let own = try #require(tree.node(at: Array("/d/own".utf8)))
        #expect(tree.hostPath(of: own) == scratch["d/own"])
        let relative = try #require(tree.node(at: Array("/relative".utf8)))
        #expect(tree.hostPath(of: relative) == scratch["x y"])
        #expect(tree.line(at: "/empty") == "/empty regular 644 0:0 @1 0")
        #expect(tree.line(at: "/absent") == nil)
    }

    @Test func `names of one inode are one file, and the same contents are two`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run("printf abc > x", in: scratch.path)
        let tree = try await parse(
            """
            /set type=file contents=x
            ./a inode=9 nlink=2
            ./b
            ./c inode=9 nlink=2
            ./d inode=9 resdevice=linux,8,1
            ./e inode=4 nlink=1
            ./f inode=4 nlink=1
            """, in: scratch)
        #expect(
            tree.nodes.dropFirst().map(\.linkGroup) == [1, 0, 1, 0, 0, 0])
        await #expect(throws: SourceError.self) {
            try await parse(
                "./a type=file inode=1\n./b type=file inode=1 mode=0600\n")
        }
    }

    @Test func `names become numbers by the given tables and by no others`() async throws {
        let scratch = try ScratchFolder()
        let passwd = "# people\nroot:x:0:0::/root:/bin/sh\n\nalice:x:1000:100:A::\n+nis::::::\n"
        try await Shell.write(Array(passwd.utf8), to: scratch["passwd"])
        try await Shell.write(Array("staff:*:20:alice\n".utf8), to: scratch["group"])
        let users = try AccountTable.read(scratch["passwd"])
        let groups = try AccountTable.read(scratch["group"])
        let tree = try await parse(
            """
            /set uid=5 gid=5
            ./a type=dir uname=alice gname=staff
            ./b type=dir uname=nobody-knows uid=7
            """, users: users, groups: groups)
        #expect(tree.line(at: "/a") == "/a directory 755 1000:20 @1")
        #expect(tree.line(at: "/b") == "/b directory 755 7:5 @1")
        await #expect(throws: SourceError.self) { try await parse("./a type=dir uname=root\n") }
        try await Shell.write(Array("a:b\n".utf8), to: scratch["bad"])
        #expect(throws: SourceError.self) { try AccountTable.read(scratch["bad"]) }
    }

    @Test(arguments: [
        ("\\040\\s", "  "), ("a\\\\b", "a\\b"), ("\\303\\251", "é"),
        ("\\#\\n\\t\\E", "#\n\t\u{1b}"),
        ("\\x41\\$\\^A\\^?", "A\u{1}\u{7f}"), ("\\1018", "A8"), ("\\7x", "\u{7}x"),
        ("\\M-C\\M-)", "é"), ("\\M^C", nil), ("\\400", nil), ("\\", nil), ("\\x4", nil),
        ("\\\u{1}", nil),
    ])
    func `a name is read as vis(3) wrote it`(text: String, name: String?) {
        let decoded = VisEncoding.decode(text.utf8)
        #expect(decoded.flatMap { String(validating: $0, as: UTF8.self) } == name)
    }

    @Test(
        arguments: [
            ("u=rwx,g=rx,o=", false, 0o750), ("a=r,u+w", false, 0o644), ("=rX", false, 0o444),
            ("=rX", true, 0o555), ("u=s,g=s,+t", false, 0o7000), ("u=rwx,g=u-w", false, 0o750),
            ("u=rw+x", false, 0o700), ("u=rwx,go=u,o-wx", false, 0o774), ("ug=rwst", false, 0o6660),
        ] as [(String, Bool, UInt16)])
    func `a mode in symbols is what chmod makes of 0`(
        text: String, isFolder: Bool, expected: UInt16
    ) async throws {
        #expect(SymbolicMode.parse(text.utf8, isFolder: isFolder) == expected)
        let scratch = try ScratchFolder()
        let make = isFolder ? "mkdir x" : "touch x"
        let chmod = "umask 0; \(make); chmod 0 x; chmod '\(text)' x; stat -c %a x"
        #expect(try await Shell.run(chmod, in: scratch.path) == String(expected, radix: 8) + "\n")
    }

    @Test(
        arguments: [
            ("linux,8,1", 0x801), ("native,0x8,01", 0x801), ("2049", 0x801),
            ("freebsd,259,70000", nil),
            ("linux,259,70000", 0x1111_0370), ("linux,4095,1048575", 0xFFFF_FFFF),
            ("linux,4096,0", nil),
            ("linux,0,1048576", nil), ("linux,1", nil), ("beos,1,2", nil), ("linux,1,2,3", nil),
            ("", nil), ("-1", nil), ("4294967296", nil), ("linux,,1", nil), ("0x", nil),
            ("09", nil),
        ] as [(String, UInt64?)])
    func `a device is what makedev packs`(text: String, expected: UInt64?) {
        let device = DeviceNumber.parse(text.utf8)
        #expect(device == (text.hasPrefix("freebsd") ? 0x1111_0370 : expected))
    }
}

import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import SourceTree

/// Held against bsdtar, whose library is where most mtree texts come from (package libarchive-tools).
@Suite struct MtreePeerTests {
    /// A tree with one of everything that this user may make.
    private func makeTree(in scratch: ScratchFolder) async throws {
        try await Shell.run(
            """
            umask 022; mkdir -p t/d/e t/z; cd t; : > .mtree; printf hello > d/a; ln d/a z/b; ln d/a d/c
            printf x > $'d/new\\nline \\\\ #hash'; printf y > $'d/\\351'; : > 'a b'
            ln -s '../d e' d/e/link; mkfifo -m 600 fifo; chmod 4755 d/a; chmod 1777 z
            if [ $(id -u) = 0 ]; then
                mknod -m 640 d/sda b 8 17; mknod d/tty c 4 64; mknod big c 259 70000
                chown 1234:60000 d/e fifo; chown -h 7:8 d/e/link
            fi
            find . -exec touch -hd @1234567890 {} +
            """, in: scratch.path)
    }

    /// What find(1) sees, in its own form.
    private func findLines(in folder: FilePath) async throws -> [[UInt8]] {
        let form = "%P %y %m %U:%G %T@"
        let outcome = try await Shell.attempt(
            """
            find . -name .mtree -o -type f -printf '\(form) %s\\0' -o -type l -printf '\(form) %l\\0' \
                -o -type c -printf '\(form) ' -exec stat --printf '%r\\0' {} \\; \
                -o -type b -printf '\(form) ' -exec stat --printf '%r\\0' {} \\; \
                -o -printf '\(form)\\0'
            """, in: folder)
        return outcome.standardOutput.split(separator: 0).map(Array.init)
    }

    /// The same of a tree.
    private func lines(of tree: SourceTree) -> [[UInt8]] {
        let letters: [FileKind: String] = [
            .regular: "f", .directory: "d", .symbolicLink: "l", .fifo: "p",
            .characterDevice: "c", .blockDevice: "b",
        ]
        return tree.nodes.indices.map { index in
            let node = tree.nodes[index]
            let mode = String(node.permissions, radix: 8)
            var text = " \(letters[node.kind] ?? "?") \(mode) \(node.uid):\(node.gid) "
            text += "\(node.modified).0000000000"
            switch node.kind {
            case .regular: text += " \(node.size)"
            case .symbolicLink: text += " " + String(decoding: tree[node.target], as: UTF8.self)
            case .characterDevice, .blockDevice: text += " \(node.device)"
            case .directory, .fifo, .socket: break
            }
            return tree.path(of: index).dropFirst() + Array(text.utf8)
        }
    }

    @Test(arguments: ["", "indent,", "use-set,", "use-set,indent,"])
    func `what bsdtar writes about a tree is read as the tree is`(form: String) async throws {
        let scratch = try ScratchFolder()
        try await makeTree(in: scratch)
        let options = "!all,\(form)type,mode,uid,gid,time,link,device,size,nlink,inode,resdevice"
        try await Shell.run(
            "bsdtar --format=mtree --options='\(options)' -cf t/.mtree -C t --exclude .mtree .",
            in: scratch.path)
        let tree = try Mtree.parse(path: scratch["t/.mtree"], defaultTime: 1)
        let found = Set(try await findLines(in: scratch["t"]))
        let ours = Set(lines(of: tree))
        #expect(ours.subtracting(found).map { String(decoding: $0, as: UTF8.self) } == [])
        #expect(found.subtracting(ours).map { String(decoding: $0, as: UTF8.self) } == [])
        let files = ["/d/a", "/d/c", "/z/b"].compactMap { tree.node(at: Array($0.utf8)) }
        #expect(files.map { tree.nodes[$0].linkGroup } == [1, 1, 1])
        #expect(tree.linkGroupCount == 1)
    }

    @Test func `bsdtar makes the same of a text as we do`() async throws {
        let scratch = try ScratchFolder()
        let text = """
            #mtree v2.0
            /set type=file uid=3 gid=4 mode=0640 time=1000.0
            . type=dir mode=0755
            a type=dir mode=0700
            n\\040m contents=body \\
               uid=99
            deeper type=dir mode=0711
            c type=char device=native,5,1 mode=0600
            ..
            l type=link link=n\\040m mode=0777
            ..
            /unset uid
            ./b\\134\\043 type=fifo uid=0 mode=04755
            ./a/late type=file contents=body gid=0 mode=0444

            """
        try await Shell.write(Array(text.utf8), to: scratch["first"])
        let options = "!all,type,mode,uid,gid,time,link,device,size"
        try await Shell.run(
            """
            printf 12345 > body
            bsdtar --format=mtree --options='\(options)' -cf second @first
            mkdir a; printf 12345 > 'a/n m'; printf 12345 > a/late
            """, in: scratch.path)
        let ours = try Mtree.parse(path: scratch["first"], defaultTime: 1)
        let theirs = try Mtree.parse(path: scratch["second"], defaultTime: 1)
        #expect(ours.listing == theirs.listing)
        #expect(ours.nodes.count == 8)
    }

    @Test func `a path may stand last, as mtree -D of NetBSD puts it`() async throws {
        let scratch = try ScratchFolder()
        let root = "type=dir mode=0711 uid=9 gid=9 time=1000.0 ."
        let text = """
            #mtree v2.0
            /set type=file uid=3 gid=4 time=1000.0
            type=dir mode=0755 ./a
            mode=0640 contents=body ./a/n\\040m
            type=link mode=0777 link=../x \
              uid=7 ./a/.l

            """
        try await Shell.write(Array(text.utf8), to: scratch["first"])
        try await Shell.write(Array((text + root).utf8), to: scratch["rooted"])
        // Of a line that ends in the root alone, libarchive takes the first word for the name.
        try await Shell.run(
            """
            printf 12345 > body
            bsdtar --format=mtree --options='!all,type,mode,uid,gid,time,link,size' -cf second @first
            mkdir a; printf 12345 > 'a/n m'
            """, in: scratch.path)
        let ours = try Mtree.parse(path: scratch["first"], defaultTime: 1)
        let theirs = try Mtree.parse(path: scratch["second"], defaultTime: 1)
        #expect(ours.listing == theirs.listing)
        #expect(ours.nodes.count == 4)
        let rooted = try Mtree.parse(path: scratch["rooted"], defaultTime: 1)
        #expect(rooted.nodes[0].permissions == 0o711)
        #expect(rooted.nodes.count == 4)
    }
}

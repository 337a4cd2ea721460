import HostSystem
import SystemPackage
import TestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

@testable import SourceTree

@Suite struct AttributePatternsTests {
    private func show(_ attributes: [ExtendedAttribute]) -> [String] {
        attributes.map { attribute in
            let name = String(decoding: attribute.name, as: UTF8.self)
            return "\(name)=\(String(decoding: attribute.value, as: UTF8.self))"
        }
    }

    @Test func `only what was asked for is read, in the order of the names`() async throws {
        // On the file system of the package, since a tmpfs has user attributes only from Linux 6.6.
        let scratch = try ScratchFolder(in: FilePath(#filePath).removingLastComponent())
        try await Shell.run(
            """
            touch f; mkdir d; ln -s f l
            setfattr -n user.b -v 2 f; setfattr -n user.a -v 1 f; setfattr -n user.a.c f
            setfattr -n user.d -v dir d
            """, in: scratch.path)
        let (file, folder) = (scratch["f"], scratch["d"])
        let all = try AttributePatterns(["user.*"])
        #expect(try show(all.attributes(of: file)) == ["user.a=1", "user.a.c=", "user.b=2"])
        #expect(try show(all.attributes(of: folder)) == ["user.d=dir"])
        #expect(try all.attributes(of: scratch["l"]).isEmpty)
        let some = try AttributePatterns(["user.b", "user.nothing", "user.a.*"])
        #expect(try show(some.attributes(of: file)) == ["user.a.c=", "user.b=2"])
        #expect(try AttributePatterns.none.attributes(of: scratch["absent"]).isEmpty)

        let descriptor = try FileDescriptor.open(scratch.path, .readOnly, options: .directory)
        defer { try? descriptor.close() }
        let number = descriptor.rawValue
        #expect(try all.attributes(of: "f".utf8, in: number, path: file).count == 3)
        #expect(try all.attributes(of: ".".utf8, in: number, path: scratch.path).isEmpty)
    }

    @Test func `a file that is not there is an error with its name`() throws {
        let scratch = try ScratchFolder()
        let path = scratch["absent"]
        let expected = FileError("read the attributes of", path, .noSuchFileOrDirectory)
        let all = try AttributePatterns(["*"])
        #expect(throws: SourceError.file(expected)) { try all.attributes(of: path) }
        let named = { () throws(SourceError) in
            try all.attributes(of: "absent".utf8, in: 1 << 20, path: path)
        }
        #expect(throws: SourceError.file(expected)) { try named() }
    }

    @Test func `a file system without attributes has none`() throws {
        let all = try AttributePatterns(["*"])
        #expect(try all.attributes(of: "/proc/self/status").isEmpty)
    }

    @Test(.enabled(if: getuid() == 0, "needs root"))
    func `capabilities and access control lists are read as they are`() async throws {
        let scratch = try ScratchFolder(in: FilePath(#filePath).removingLastComponent())
        try await Shell.run(
            "touch f; mkdir d; setfacl -m u:7:r f; setfacl -d -m g:9:rx d; "
                + "setfattr -n security.capability -v 0sAQAAAgAgAAAAAAAAAAAAAAAAAAA= f",
            in: scratch.path)
        let lists = try AttributePatterns(["system.posix_acl_*", "security.capability"])
        let file = try lists.attributes(of: scratch["f"])
        #expect(
            file.map { String(decoding: $0.name, as: UTF8.self) } == [
                "security.capability", "system.posix_acl_access",
            ])
        let list = try #require(Ext4ACL(attribute: file[1].value))
        #expect(list.diskBytes.count == 4 + 4 * 4 + 8)
        let folder = try lists.attributes(of: scratch["d"])
        #expect(
            folder.map { String(decoding: $0.name, as: UTF8.self) } == ["system.posix_acl_default"])
    }

    @Test(arguments: [
        "", "user", "user.", "user.*x", "**", "system.x", "btrfs.compression", "system.posix_acl",
        "x*",
    ])
    func `a pattern that can match nothing is a mistake`(pattern: String) {
        #expect(throws: AttributePatterns.Mistake(pattern: pattern)) {
            try AttributePatterns([pattern])
        }
    }

    @Test(arguments: [
        ("*", "user.x", true), ("*", "system.nfs4_acl", false), ("user.*", "user.x", true),
        ("user.*", "user.", false), ("us*", "user.x", true), ("user.x", "user.xy", false),
        ("user.x", "user.x", true), ("system.*", "system.posix_acl_default", true),
        ("security.cap*", "security.capability", true), ("user.*", "trusted.x", false),
        ("user.* security.capability", "security.capability", true),
        ("user.a\tuser.b", "user.b", true), ("user.a user.b", "user.c", false),
    ])
    func `a star stands for the rest of a name that ext4 can hold`(
        pattern: String, name: String, isMatch: Bool
    ) throws {
        #expect(try AttributePatterns([pattern]).matches(Array(name.utf8)) == isMatch)
    }
}

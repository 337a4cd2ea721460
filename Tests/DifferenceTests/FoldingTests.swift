import Difference
import Golden
import Testing

/// What follows from another cause is folded under it; what only moved is no difference of the tree.
struct FoldingTests {
    @Test func `checksums follow from the UUID`() async throws {
        let difference = try await ImagePair(
            "tune2fs -U 99999999-8888-4777-8666-555555555555 b.img > /dev/null"
        ).difference()
        let checksums = try #require(difference.finding(.checksum, derived: true))
        #expect(checksums.follows == [.uuid])
        #expect(checksums.count == difference.differingBlocks)
        #expect(checksums.count > 10)
        #expect(difference.tree.isEmpty)
    }

    @Test func `every atime is one finding`() async throws {
        let difference = try await ImagePair(
            """
            for i in $(seq 12 150); do echo "set_inode_field <$i> atime @1234"; done | edit
            """
        ).difference()
        let primary = difference.findings.filter { !$0.isDerived }
        #expect(primary.count == 1)
        #expect(primary.first?.what == "atime")
        #expect(primary.first?.count == 139)
        #expect(primary.first?.examples.first?.place == "inode 12 /bin")
        #expect(primary.first?.examples.first?.after == "1234")
        #expect(difference.tree.count == 139)
    }

    @Test func `an added name in front moves files, which are unchanged`() async throws {
        let difference = try await ImagePair(
            """
            cp tree/bin/ls tree/bin/aaa
            touch -d @1000000 tree/bin/aaa tree/bin
            cat tree/bin/aaa > /dev/null; ls tree/bin > /dev/null
            image b.img
            """
        ).difference(ignoring: [.timestamp])
        #expect(difference.primaryCauses == [.added], "\(difference.summary)")
        #expect(difference.unexplainedBlocks == 0)
        #expect(difference.contents.isEmpty)
        let added = difference.tree.filter { $0.causes.contains(.added) }
        #expect(added.map { difference.path(of: $0) } == [Array("/bin/aaa".utf8)])
        #expect(difference.layout.movedBlocks > 0 || difference.layout.renumberedInodes > 0)
    }

    @Test func `what was renamed has its content still`() async throws {
        let difference = try await ImagePair(
            """
            mv tree/bin/ls tree/renamed
            head -c 300000 tree/renamed > tree/shorter; cp tree/renamed tree/other
            printf X | dd of=tree/other bs=1 seek=90000 conv=notrunc status=none
            touch -d @1000000 tree/renamed tree/shorter tree/other tree/bin tree
            cat tree/renamed tree/shorter tree/other > /dev/null; ls tree/bin tree > /dev/null
            image b.img
            """
        ).difference(ignoring: [.timestamp])
        #expect(difference.unexplainedBlocks == 0)
        let added = difference.tree.filter { $0.causes.contains(.added) }
        let origins = added.map { change in
            [difference.path(of: change), difference.origin(of: change)].map {
                $0.map { String(decoding: $0, as: UTF8.self) }
            }
        }
        #expect(origins.count == 3)
        #expect(origins.contains(["/renamed", "/bin/ls"]), "\(origins)")
        #expect(origins.contains(["/shorter", nil]) && origins.contains(["/other", nil]))
    }

    @Test func `a file's first differing byte is told`() async throws {
        let difference = try await ImagePair(
            #"poke "($(block /bin/ls) + 2) * 4096 + 100" 'xyz'"#
        ).difference()
        let content = try #require(difference.contents.first)
        #expect(difference.contents.count == 1)
        #expect(content.offset == 2 * 4096 + 100)
        #expect(content.excerptAfter.prefix(3) == [0x78, 0x79, 0x7A])
        #expect(content.sizeBefore == content.sizeAfter)
    }

    @Test func `what is ignored is counted apart`() async throws {
        let pair = try await ImagePair(
            "tune2fs -L new b.img > /dev/null; edit <<< 'set_inode_field /bin/ls mtime @1234'")
        let all = try pair.difference()
        #expect(all.primaryCauses == [.label, .timestamp])
        let some = try pair.difference(ignoring: [.timestamp])
        #expect(some.primaryCauses == [.label])
        #expect(some.ignoredBlocks == 1)
        #expect(some.tree.isEmpty)
        let none = try pair.difference(ignoring: [.timestamp, .label])
        #expect(none.isSame && !none.isIdentical)
        #expect(none.ignoredBlocks == all.differingBlocks)
    }

    @Test func `broken links of other content are told as both`() async throws {
        let difference = try await ImagePair(
            """
            edit <<< $'unlink /bin/cat2\\nset_inode_field /bin/cat links_count 1\\nwrite tree/bin/ls /bin/cat2'
            """
        ).difference()
        #expect(Set(difference.primaryCauses) == [.hardLinks, .content], "\(difference.summary)")
    }

    @Test func `blocks of another size leave the tree what it is`() async throws {
        let difference = try await ImagePair("image b.img -b 1024").difference(
            ignoring: [.timestamp])
        #expect(Set(difference.primaryCauses) == [.geometry], "\(difference.summary)")
        #expect(difference.tree.isEmpty)
        #expect(difference.contents.isEmpty)
    }
}

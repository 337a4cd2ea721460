import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@testable import Golden

/// One change that has a name, and beside it one that has none: whoever accepts the first has not seen
/// the second, so it must be named as unexplained.
@Suite struct CauseTests {
    struct Pair: Sendable {
        /// The change that is explained.
        let named: String
        let cause: Cause.Name
        /// The one that hides behind it.
        let hidden: String
        var hasNames = false
    }

    static let pairs: [Pair] = [
        Pair(
            named: debugfs("write b.blocks /etc/new"), cause: .added,
            hidden: debugfs("sif /etc/hostname uid 5") + "\n" + debugfs("sif /etc mode 040777")),
        Pair(named: zap, cause: .content, hidden: debugfs("sif /etc/hostname mode 0104755")),
        Pair(
            named: debugfs("sif /etc/hostname mode 0100600"), cause: .mode,
            hidden: debugfs("sif /deep/numbers generation 77"), hasNames: true),
        Pair(
            named: debugfs("sif /etc/hostname uid 5"), cause: .owner,
            hidden: debugfs("sif <900> size 5"), hasNames: true),
        Pair(
            named: debugfs("ssv wtime 20270101"), cause: .timestamp,
            hidden: debugfs("sif /etc/hostname generation 77")),
        Pair(
            named: "tune2fs -L NAME b.img", cause: .label,
            hidden: "printf X | dd of=b.img bs=1 seek=9 conv=notrunc status=none"),
        Pair(
            named: "tune2fs -L NAME b.img", cause: .label,
            hidden: "printf X | dd of=b.img bs=1 seek=2100 conv=notrunc status=none"),
    ]

    /// Another byte in a file's content, and nothing else.
    private static let zap = """
        block=$(debugfs -R 'blocks /deep/numbers' b.img 2>/dev/null | cut -d' ' -f3)
        printf X | dd of=b.img bs=1 seek=$((block * 4096 + 5)) conv=notrunc status=none
        """

    @Test(arguments: pairs)
    func `what hides behind an explained change is unexplained`(_ pair: Pair) async throws {
        let scene = try await Scene(
            change: "(\(pair.named)\n\(pair.hidden)) > /dev/null", tree: pair.hasNames)
        let result = try verified(scene)
        #expect(result.causes.map(\.name).contains(.unexplained), "\(result.causes)")
        let image = try ImageSource(path: scene.fixture.folder["b.img"]).open()
        for evidence in [nil, GoldenReview.Evidence(image: image)] {
            let review = try GoldenReview(scene.golden, evidence: evidence)
            #expect(!review.unaccepted(.init(causes: [pair.cause])).isEmpty)
            #expect(!review.unaccepted(.init(paths: ["/"])).isEmpty)
            #expect(review.unaccepted(.init(takesAll: true)).isEmpty)
        }
        // With both images at hand, the hidden change has its own name.
        let blessed = try ImageSource(path: scene.fixture.folder["a.img"]).open()
        let review = try GoldenReview(
            scene.golden, evidence: .init(image: image, blessed: blessed))
        #expect(!review.unaccepted(.init(causes: [pair.cause, .unexplained])).isEmpty)
    }

    @Test func `what lies behind the end of a file is residue, whatever else changed`() async throws
    {
        let scene = try await Scene(
            change: """
                block=$(debugfs -R 'blocks /etc/hostname' b.img 2>/dev/null | cut -d' ' -f1)
                printf X | dd of=b.img bs=1 seek=$((block * 4096 + 99)) conv=notrunc status=none
                \(debugfs("sif /etc/hostname mode 0100600"))
                """)
        #expect(try verified(scene).causes.map(\.name) == [.mode, .residue])
        let image = try ImageSource(path: scene.fixture.folder["b.img"]).open()
        for evidence in [nil, GoldenReview.Evidence(image: image)] {
            let review = try GoldenReview(scene.golden, evidence: evidence)
            #expect(!review.unaccepted(.init(paths: ["/etc/hostname"])).isEmpty)
        }
    }

    /// Changes of what a name's line says are taken back in the inodes, and nothing is left.
    @Test(
        arguments: [
            ("sif /etc mode 040700", [.mode]), ("sif /etc/hostname uid 70000", [.owner]),
            ("sif /etc/hostname gid 7", [.owner]),
            ("sif /etc/hostname atime @1700000000", [.timestamp]),
            ("sif /deep/numbers ctime @5000000000", [.timestamp]),
            ("sif /deep/numbers crtime @1700000000", [.timestamp]),
            ("sif /deep/numbers flags 0x80010", [.mode]),
            ("sif /deep/link mtime @1700000000", [.timestamp]),
        ] as [(String, [Cause.Name])])
    func `a change of a name's line alone is explained by it`(
        command: String, causes: [Cause.Name]
    ) async throws {
        let scene = try await Scene(change: debugfs(command))
        #expect(try verified(scene).causes.map(\.name) == causes)
        let image = try ImageSource(path: scene.fixture.folder["b.img"]).open()
        let review = try GoldenReview(scene.golden, evidence: .init(image: image))
        #expect(review.unaccepted(.init(causes: Set(causes))).isEmpty)
    }

    @Test func `copies of a superblock are accounted for, and what differs in one alone is not`()
        async throws
    {
        for (change, isExplained) in [
            ("tune2fs -L NAME b.img > /dev/null", true),
            (
                "tune2fs -L NAME b.img > /dev/null\nprintf X | dd of=b.img bs=1 seek=$((8193 * 1024 + 200)) conv=notrunc status=none",
                false
            ),
        ] {
            let fixture = try ImageFixture()
            // Its copies are as new as the superblock itself: nobody has written to it since.
            try await Shell.run(
                """
                E2FSPROGS_FAKE_TIME=1 mke2fs -q -F -b 1024 a.img 64M -O \
                    none,ext_attr,dir_index,extent,64bit,sparse_super,metadata_csum 2> /dev/null
                """, in: fixture.folder.path)
            let image = fixture.folder["a.img"]
            let golden = fixture.folder["b.golden"]
            try GoldenStore.write(try fixture.recording(image), to: golden, replaces: false)
            try await Shell.run(
                "export E2FSPROGS_FAKE_TIME=1; cp a.img b.img\n\(change)", in: fixture.folder.path)
            let result = try #require(
                testGate(leavesPending: true).run([fixture.folder["b.img"]]).verifications.first)
            #expect(result.causes.map(\.name).contains(.label))
            #expect(result.causes.map(\.name).contains(.unexplained) != isExplained)
            guard result.verdict == .different else { continue }
            let review = try GoldenReview(golden)
            #expect(review.unaccepted(.init(causes: [.label])).isEmpty == isExplained)
        }
    }

    /// Bytes in free blocks: they are listed up to a limit, and every one counts.
    @Test func `many blocks are counted, and some of them listed`() async throws {
        let scene = try await Scene(
            change: """
                dumpe2fs b.img 2> /dev/null | sed -n 's/^  Free blocks: //p' | tr -d ' ' | tr , '\\n' |
                    while IFS=- read -r first last; do
                        seq $first ${last:-$first}
                    done > free
                size=$(dumpe2fs -h b.img 2> /dev/null | sed -n 's/^Block size: *//p')
                python3 - $size <<'END'
                import sys
                size = int(sys.argv[1])
                with open("b.img", "r+b") as image:
                    for block in map(int, open("free")):
                        image.seek(block * size)
                        image.write(b"x")
                END
                """)
        let free = try await Shell.run("wc -l < free", in: scene.fixture.folder.path)
        let result = try scene.verify()
        let count = try #require(Int(free.dropLast()))
        #expect(count > BlockCauses.listLimit)
        #expect(result.causes.map(\.name) == [.residue])
        #expect(result.causes.map(\.count) == [count])
    }

    @Test func `a count or a checksum that follows from nothing is unexplained`() async throws {
        let scene = try await Scene(
            change: "tune2fs -L NAME b.img > /dev/null", extras: .init())
        let golden = try GoldenStore.load(scene.golden).golden
        for (name, value) in [
            ("s_free_blocks_count", "7"), ("s_free_inodes_count", "7"), ("s_checksum", "0x7"),
            ("s_overhead_clusters", "7"),
        ] {
            var other = golden
            let index = try #require(other.superblock.firstIndex { $0.name == name })
            other.superblock[index] = .init(name, value)
            let facts = FactChanges(old: GoldenFacts(golden), new: GoldenFacts(other)).all()
            #expect(facts.map(\.cause) == [.unexplained], "\(name)")
        }
        for index in golden.groups[0].facts.indices.suffix(8) {
            var other = golden
            var facts = other.groups[0].facts
            guard facts[index].name != "bg_flags" else { continue }
            facts[index] = .init(facts[index].name, facts[index].value == "0x7" ? "0x8" : "0x7")
            other.groups[0] = .init(number: 0, facts: facts)
            let changes = FactChanges(old: GoldenFacts(golden), new: GoldenFacts(other)).all()
            #expect(changes.map(\.cause) == [.unexplained], "\(facts[index].name)")
        }
        // The seed of all checksums is no checksum.
        #expect(CauseTable.cause(ofSuperblockField: "s_checksum_seed") == .uuid)
        #expect(CauseTable.cause(ofSuperblockField: "s_of_tomorrow") == .unexplained)
    }

    private func verified(_ scene: Scene) throws -> Verification {
        let gate = try scene.gate(leavesPending: true)
        return try #require(gate.run([scene.fixture.folder["b.img"]]).verifications.first)
    }
}

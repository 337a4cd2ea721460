import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@testable import Golden

@Suite struct VerifyTests {
    @Test func `the same image is identical, in every facet`() async throws {
        let scene = try await Scene()
        let result = try scene.verify { $0.comparesSHA256 = true }
        #expect(result.verdict == .identical)
        #expect(result.facets.allSatisfy { [.passed, .skipped].contains($0.status) })
        #expect(
            Facet.Kind.allCases.filter { kind in !result.facets.contains { $0.kind == kind } } == [
                .blocks
            ])
        #expect(result.causes.isEmpty)
        #expect(result.firstDifference == nil)
    }

    @Test func `a changed time is named, field and file, with the blessed image`() async throws {
        let scene = try await Scene(
            change: debugfs("set_inode_field /etc/hostname mtime @1700000000"))
        let result = try scene.verify(against: true)
        #expect(result.verdict == .different)
        #expect(result.extent == .init(spans: 1, blocks: 1))
        #expect(result.causes.map(\.name) == [.timestamp, .checksum])
        #expect(result.owners == [.init(name: "inode-tables", blocks: 1)])
        let sentence = try #require(result.firstDifference?.sentence)
        #expect(sentence.hasSuffix("/etc/hostname, i_mtime: 1 in the golden, 1700000000 here"))
        #expect(sentence.hasPrefix("block 36, offset 0x24"))
    }

    @Test func `without the blessed image, the block and the golden's lines tell`() async throws {
        let scene = try await Scene(
            change: debugfs("set_inode_field /etc/hostname mtime @1700000000"))
        let result = try scene.verify()
        #expect(result.extent == .init(spans: 1, blocks: 1))
        #expect(result.causes.map(\.name) == [.timestamp])
        #expect(result.causes.first?.place == "/etc/hostname time")
        #expect(result.firstDifference?.block == 36)
        #expect(result.hints.contains { $0.contains("--against") })
    }

    @Test func `without hashes of blocks, the span is known, and no more is claimed`() async throws
    {
        let scene = try await Scene(
            change: debugfs("set_inode_field /etc/hostname mtime @1700000000") + "\nrm b.blocks",
            tree: false)
        let result = try scene.verify()
        #expect(result.extent == .init(spans: 1, blocks: nil))
        #expect(result.causes.map(\.name) == [.unexplained])
        #expect(result.firstDifference?.sentence.hasPrefix("within 512 KiB of") == true)
        #expect(result.warnings.count == 1)
    }

    /// One change each, and the primary causes that must be named, and no other.
    static let changes: [(String, [Cause.Name])] = [
        ("tune2fs -L NAME b.img", [.label]),
        (debugfs("set_super_value hash_seed 12345678-1234-1234-1234-123456789abc"), [.hashSeed]),
        (debugfs("set_super_value mnt_count 3"), [.mounted]),
        (debugfs("set_super_value mkfs_time 20270101"), [.timestamp]),
        (debugfs("set_inode_field /etc mode 040700"), [.mode]),
        (debugfs("set_inode_field /etc uid 7"), [.owner]),
        (debugfs("set_inode_field /etc/hostname generation 7"), [.generation]),
        (debugfs("ea_set /etc/hostname user.a b"), [.xattr]),
        (
            "block=$(debugfs -R 'blocks /deep/numbers' b.img 2>/dev/null | cut -d' ' -f3)\n"
                + "printf X | dd of=b.img bs=1 seek=$((block * 4096 + 5)) conv=notrunc status=none",
            [.content]
        ),
        (
            "printf X | dd of=b.img bs=1 seek=$((4000 * 4096 + 5)) conv=notrunc status=none",
            [.residue]
        ),
        (
            """
            block=$(debugfs -R 'blocks /etc/hostname' b.img 2>/dev/null | cut -d' ' -f1)
            dd if=b.img of=b.img bs=4096 skip=$block seek=4000 count=1 conv=notrunc status=none
            dd if=/dev/zero of=b.img bs=4096 seek=$block count=1 conv=notrunc status=none
            printf '%s\\n' "freeb $block" 'setb 4000' 'sif /etc/hostname block[5] 4000' \
                | debugfs -w -f - b.img 2> /dev/null
            """,
            [.blockPlacement]
        ),
        (
            "tune2fs -U 12345678-1234-1234-1234-123456789abc b.img 2> /dev/null",
            [.uuid, .mounted]
        ),
    ]

    @Test(arguments: changes)
    func `one change is one primary cause`(change: String, expected: [Cause.Name]) async throws {
        let scene = try await Scene(change: change + " > /dev/null")
        let result = try scene.verify(against: true)
        #expect(result.causes.map(\.name).filter { !$0.isDerived } == expected)
        #expect(result.verdict == .different)
        #expect(result.firstDifference != nil)
    }

    /// The same without the blessed image and without names: what digests of classes and of the tree
    /// can tell.
    static let digestChanges: [(String, [Cause.Name])] =
        zip(
            changes.map(\.0),
            [
                [.label], [.hashSeed], [.mounted], [.timestamp], unknown, unknown, unknown, unknown,
                [.content], [.residue],
                // Whether the inodes and bitmaps changed for that alone, no digest tells.
                [.blockPlacement, .unexplained], [.uuid, .mounted, .unexplained],
            ]
        ).map { ($0, $1) } + [
            (
                "block=$(debugfs -R 'blocks /etc/hostname' b.img 2>/dev/null | cut -d' ' -f1)\n"
                    + "printf X | dd of=b.img bs=1 seek=$((block * 4096 + 99)) conv=notrunc status=none",
                [.residue]
            ),
            (debugfs("write b.blocks /etc/new"), [.added, .unexplained]),
            (debugfs("rm /deep/numbers"), [.removed, .unexplained]),
            ("truncate -s +4K b.img", [.geometry]),
            (
                "block=$(debugfs -R 'blocks <8>' b.img 2>/dev/null | cut -d' ' -f9)\n"
                    + "printf X | dd of=b.img bs=1 seek=$((block * 4096)) conv=notrunc status=none",
                [.journal]
            ),
        ]
    private static let unknown: [Cause.Name] = [.unexplained]

    @Test(arguments: digestChanges)
    func `digests tell a cause where they can, to verify as to review`(
        change: String, expected: [Cause.Name]
    ) async throws {
        let scene = try await Scene(change: change + " > /dev/null", tree: false)
        let gate = try scene.gate(leavesPending: true)
        let result = try #require(gate.run([scene.fixture.folder["b.img"]]).verifications.first)
        #expect(result.causes.map(\.name).filter { !$0.isDerived } == expected)
        guard result.verdict == .different else { return }
        let image = try ImageSource(path: scene.fixture.folder["b.img"]).open()
        let review = try GoldenReview(scene.golden, evidence: .init(image: image))
        #expect(review.changes.causes.map(\.name) == result.causes.map(\.name))
        // Two goldens alone prove less: what they cannot is unexplained, and nothing is left out.
        let bare = Set(try GoldenReview(scene.golden).changes.causes.map(\.name))
        #expect(bare.subtracting([.unexplained]).isSubset(of: expected + [.checksum, .count]))
        #expect(bare.contains(.unexplained) || bare.isSuperset(of: expected))
    }

    /// One change each, and the facets that must fail, beside root and spans.
    static let facetChanges: [(String, Set<Facet.Kind>)] = [
        ("tune2fs -L NAME b.img", [.superblock, .classes]),
        (debugfs("set_inode_field /etc mode 040700"), [.tree, .classes]),
        (debugfs("set_bg 0 itable_unused 7"), [.groups, .classes, .structure]),
        ("truncate -s +4K b.img", [.size]),
        (
            "printf X | dd of=b.img bs=1 seek=$((4000 * 4096 + 5)) conv=notrunc status=none",
            [.classes]
        ),
    ]

    @Test(arguments: facetChanges)
    func `a facet fails where its facts differ, and no other`(
        change: String, expected: Set<Facet.Kind>
    ) async throws {
        let scene = try await Scene(change: change + " > /dev/null")
        let result = try scene.verify { $0.comparesSHA256 = true }
        let failed = result.facets.filter { $0.status == .failed }.map(\.kind)
        #expect(Set(failed) == expected.union([.root, .sha256, .spans]))
    }

    @Test func `what to do next is a command that can be pasted`() async throws {
        let scene = try await Scene(change: "tune2fs -L X b.img > /dev/null")
        let image = scene.fixture.folder["b.img"].string
        #expect(
            try scene.verify().hints.contains { $0.contains("assay diff BLESSED-IMAGE \(image)") })
        let blessed = scene.fixture.folder["a.img"].string
        #expect(
            try scene.verify(against: true).hints
                == ["assay diff \(blessed) \(image) shows every structure that differs"])
    }

    @Test func `files that came and went are named`() async throws {
        let scene = try await Scene(
            change: """
                echo new > new
                \(debugfs("rm /deep/numbers"))
                \(debugfs("write new /etc/new"))
                """)
        let result = try scene.verify(against: true)
        let causes = Dictionary(uniqueKeysWithValues: result.causes.map { ($0.name, $0.place) })
        #expect(causes[.removed] == "/deep/numbers")
        #expect(causes[.added] == "/etc/new")
    }

    @Test func `a broken file system is invalid, whatever else differs`() async throws {
        let scene = try await Scene(
            change:
                "printf X | dd of=b.img bs=1 seek=$((35 * 4096 + 256 + 26)) conv=notrunc status=none"
        )
        let result = try scene.verify()
        #expect(result.verdict == .invalid)
        #expect(result.extent?.blocks == 1)
    }

    @Test func `what is no file system is invalid, and its bytes are compared`() async throws {
        let scene = try await Scene(
            change: "dd if=/dev/zero of=b.img bs=4096 count=1 conv=notrunc status=none")
        let result = try scene.verify()
        #expect(result.verdict == .invalid)
        #expect(result.firstDifference?.offset == 0)
        #expect(result.facets.first { $0.kind == .structure }?.status == .failed)
    }

    @Test func `an image of another size differs in size`() async throws {
        for size in ["+1M", "-1M"] {
            let scene = try await Scene(change: "truncate -s \(size) b.img")
            let result = try scene.verify()
            #expect(result.verdict != .identical)
            #expect(result.facets.first { $0.kind == .size }?.status == .failed)
        }
    }

    @Test func `a promise that is not kept is a matter of policy`() async throws {
        let scene = try await Scene(
            extras: .init(promise: .init(freeInodes: 100_000, freeBytes: 0)))
        #expect(try scene.verify().verdict == .policy)
        let kept = try await Scene(extras: .init(promise: .init(freeInodes: 10, freeBytes: 4096)))
        #expect(try kept.verify().verdict == .identical)
    }

    @Test func `a policy asks for more, and a waiver lets it pass until its day`() async throws {
        let scene = try await Scene()
        let policy = try PolicyFile.parse(
            Array("# rules\nfree-space 1G\n\nfree-inodes 10 # few\n".utf8))
        #expect(policy == Policy(freeInodes: 10, freeBytes: 1 << 30))
        #expect(try scene.verify { $0.policy = policy }.verdict == .policy)
        for (day, verdict) in [("2026-06-01", Verdict.identical), ("2026-05-31", .policy)] {
            var waived = policy
            waived.waivers = [
                try #require(
                    Waiver(
                        subject: "slack", until: try CalendarDay(day).required(),
                        reason: "the disk is small"))
            ]
            let result = try scene.verify { [waived] in $0.policy = waived }
            #expect(result.verdict == verdict)
            #expect(result.waived.count == (verdict == .identical ? 1 : 0))
            #expect(result.warnings.count == (verdict == .identical ? 0 : 1))
        }
    }

    @Test func `lint is a gate where the policy says so, and is not looked for otherwise`()
        async throws
    {
        let scene = try await Scene()
        let finding = StructureReport.Finding(
            severity: "warning", kind: "timestamp", place: "inode 12", message: "not the epoch")
        let check: Verifier.Check = { _, _, lint in
            StructureReport(findings: [], lint: lint ? [finding] : [], slack: nil)
        }
        for (kinds, status, verdict) in [
            ([], Facet.Status.skipped, Verdict.identical), (["all"], .failed, .policy),
            (["timestamp"], .failed, .policy), (["hash-seed"], .passed, .identical),
        ] {
            let result = try scene.verify {
                $0.check = check
                $0.policy.lint = Set(kinds)
            }
            #expect(result.facets.first { $0.kind == .lint }?.status == status)
            #expect(result.verdict == verdict)
        }
    }

    @Test func `quick compares size and root alone`() async throws {
        let same = try await Scene()
        #expect(try same.verify { $0.isQuick = true }.facets.map(\.kind) == [.size, .root])
        let other = try await Scene(change: "tune2fs -L X b.img > /dev/null")
        #expect(try other.verify { $0.isQuick = true }.verdict == .different)
    }

    @Test func `the number of threads changes nothing`() async throws {
        let scene = try await Scene(change: "tune2fs -L X b.img > /dev/null")
        let reference = try scene.verify(against: true) { $0.jobs = 1 }
        for jobs in [2, 3, 8] {
            #expect(try scene.verify(against: true) { $0.jobs = jobs } == reference)
        }
    }

    @Test func `another image than the blessed one is not used to explain`() async throws {
        let scene = try await Scene(
            change:
                "tune2fs -L X b.img > /dev/null; printf X | dd of=a.img bs=1 seek=9 conv=notrunc status=none"
        )
        let result = try scene.verify(against: true)
        #expect(result.warnings.contains { $0.contains("--against") })
        #expect(result.causes.map(\.name).contains(.label))
    }
}

extension CalendarDay? {
    fileprivate func required() throws -> CalendarDay { try #require(self) }
}

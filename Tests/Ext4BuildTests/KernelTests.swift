import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// What a kernel makes of the images: the tree that it shows, and the promise of the size.
@Suite(.serialized, .enabled(if: LoopMount.isPossible, "needs root and loop devices"))
struct KernelTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// A folder with everything in it that a file system of this machine can hold.
    private func makeSource() async throws {
        try await Shell.run(
            """
            umask 022; mkdir -p t/d/deep t/wide t/acl; cd t
            printf hello > d/a; ln d/a d/b; ln d/a wide/c; : > empty; chmod 4755 d/a
            head -c 3000000 /dev/urandom > d/random
            for n in 0 2 4 6 8 10 12 14; do
                printf data$n | dd of=d/holes bs=4096 seek=$n conv=notrunc status=none
            done
            truncate -s 5G d/sparse; printf end | dd of=d/sparse bs=1 seek=5000000000 conv=notrunc status=none
            printf x > $'d/new\\nline'; printf y > $'d/\\351'; printf z > "d/$(printf 'n%.0s' {1..255})"
            for n in $(seq 3000); do printf $n > wide/name-$n; done
            path=d/deep; for n in $(seq 300); do path=$path/l; done; mkdir -p $path; : > $path/end
            ln -s short d/link; ln -s "$(printf 'long/%.0s' {1..400})" d/long; ln -s nowhere d/deep/dangling
            mknod c c 5 1; mknod b b 259 70000; mkfifo p; chown 1234:70000 c d/holes; chown -h 9:8 d/link
            setfattr -n user.small -v value d/a; setfattr -n trusted.big -v $(printf 'v%.0s' {1..2000}) d/holes
            setfattr -n user.large -v $(printf 'w%.0s' {1..1500}) d; setfattr -h -n trusted.l -v 1 d/link
            setcap cap_net_raw+ep empty; setfacl -m u:1000:rx,d:g:77:w acl; setfacl -m u:5:r wide/name-7
            chmod 1777 wide; chmod 0 d/deep; find . -exec touch -hd @1234567890 {} +
            touch -d @-1000 d/a; touch -d @4000000000 empty
            """, in: folder.path)
    }

    /// Every path with its metadata, attributes and content, as other people's programs see it.
    private func listing(of path: FilePath) async throws -> [Substring] {
        let text = try await Shell.run(
            """
            export LC_ALL=C TZ=UTC
            find . -path ./lost+found -o -type d -printf '%p|%y|%m|%U:%G|%T@|%n\\0' \
                -o -printf '%p|%y|%m|%U:%G|%T@|%n|%s|%l\\0'
            find . -type b -exec stat --printf '%n|%t:%T\\0' {} \\; \
                -o -type c -exec stat --printf '%n|%t:%T\\0' {} \\;
            find . -print0 | xargs -0 getfattr -h -d -m - -e hex --absolute-names | tr '\\n' '\\0'
            find . -type f ! -name sparse -print0 | xargs -0 sha256sum -z
            tail -c 400000000 d/sparse | sha256sum -z
            """, in: path)
        // Groups of getfattr's lines come in the order of the directory.
        return text.split(separator: "\0").sorted()
    }

    @Test func `a mounted image shows every path, mode, owner, time, attribute and content`()
        async throws
    {
        try await makeSource()
        var sources = SourceList()
        sources.root = folder["t"]
        sources.owner = .keep
        sources.attributes = try AttributePatterns([
            "user.*", "trusted.*", "security.capability", "system.posix_acl_*",
        ])
        let tree = try await sources.assemble(jobs: 2).tree
        let options = ImageOptions.small.with {
            $0.timeStamps = .clamp
            $0.identity = ImageIdentity(epoch: 1 << 33)
        }
        let image = try await BuiltImage.make(tree, options)
        let source = try await listing(of: folder["t"])
        var mounted: [Substring] = []
        let log = try await LoopMount.with(image.path, in: folder, options: "ro") { mount in
            mounted = try await listing(of: mount.point)
        }
        #expect(log == [])
        #expect(source.count > 6_000)
        let ours = Set(mounted)
        let theirs = Set(source)
        // The root has one folder more: lost+found.
        #expect(theirs.subtracting(ours).filter { !$0.hasPrefix(".|") }.sorted() == [])
        #expect(ours.subtracting(theirs).filter { !$0.hasPrefix(".|") }.sorted() == [])
        #expect(mounted.count == source.count)
        try await Shell.run("e2fsck -fn '\(image.path)' >/dev/null")
    }

    /// A geometry, and what is in the image before.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fileMegabytes: [UInt64]
        let freeBytes: UInt64
        let freeInodes: UInt64
        var journal = ImageOptions.Journal.automatic
        var percent = 5
    }

    private static let cases: [Case] = [
        Case(
            testDescription: "one group", fileMegabytes: [], freeBytes: 32 << 20,
            freeInodes: 2_048),
        Case(
            testDescription: "one group without a journal", fileMegabytes: [3],
            freeBytes: 5_000_000, freeInodes: 50, journal: .none, percent: 0),
        Case(
            testDescription: "three groups", fileMegabytes: [100, 60], freeBytes: 100 << 20,
            freeInodes: 20_000),
        Case(
            testDescription: "nine groups, free space before and behind fixed structures",
            fileMegabytes: [70, 70, 70, 70, 70, 70, 70, 70, 1], freeBytes: 300 << 20,
            freeInodes: 5_000),
        Case(
            testDescription: "twenty groups that are nearly empty", fileMegabytes: [],
            freeBytes: 2_400 << 20, freeInodes: 3_000),
    ]

    @Test(arguments: cases)
    func `root can write the promised bytes and make the promised files`(load: Case) async throws {
        let children = try await load.fileMegabytes.enumerated().asyncMap { index, size in
            var sketch = Sketch.file("\(index)")
            let path = folder["f\(size)"]
            try await Shell.run("head -c \(size)M /dev/zero | tr '\\0' y > '\(path)'")
            sketch.host = (path, size << 20)
            return sketch
        }
        let options = ImageOptions().with {
            $0.freeBytes = load.freeBytes
            $0.freeInodes = load.freeInodes
            $0.journal = load.journal
            $0.reservedPercent = load.percent
        }
        let image = try await BuiltImage.make(SourceTree(children), options)
        let log = try await LoopMount.with(image.path, in: folder) { mount in
            // The promise to the byte, and then as much as there is. Large writes fail as a whole.
            let written = try await Shell.run(
                """
                dd if=/dev/zero of=fill bs=1M iflag=count_bytes count=\(load.freeBytes) status=none
                sync -f fill; stat -c %s fill
                dd if=/dev/zero bs=4096 status=none >> fill 2>/dev/null || true
                sync -f fill; stat -c %s fill; rm fill; sync -f .
                """, in: mount.point)
            let bytes = written.split(separator: "\n").compactMap { UInt64($0) }
            #expect(bytes.count == 2 && bytes[0] == load.freeBytes)
            #expect(bytes.last ?? .max <= image.plan.slack.usableBytes)
            let count = try await Shell.run(
                """
                mkdir new; cd new; seq \(load.freeInodes - 1) | xargs touch; ls -U | wc -l
                """, in: mount.point)
            #expect(UInt64(count.dropLast()) == load.freeInodes - 1)
        }
        #expect(log == [])
        let problems = try await BuiltImage.problems(in: image.path)
        #expect(problems == [])
    }

    @Test(
        .enabled(if: LoopMount.canResize, "needs CAP_SYS_RESOURCE, which root here is without"),
        arguments: [UInt64(8), 100, 200])
    func `a mounted image grows to many times its size`(megabytes: UInt64) async throws {
        let image = try await BuiltImage.make(
            [.folder("d", [.file("f", [1, 2, 3])])], .small.with { $0.size = megabytes << 20 })
        let target = megabytes << 20 * 20
        let log = try await LoopMount.with(image.path, in: folder) { mount in
            let text = try await Shell.run(
                """
                truncate -s \(target) '\(mount.image)'; losetup -c \(mount.device)
                resize2fs \(mount.device) >resize.log 2>&1 || { cat resize.log; exit 1; }
                stat -f -c %b '\(mount.point)'; cat '\(mount.point)/d/f' | wc -c
                """, in: folder.path)
            let lines = text.split(separator: "\n")
            #expect(lines.last == "3")
            let blocks = try #require(UInt64(lines[0]))
            #expect(blocks * 4_096 > target / 10 * 9)
        }
        #expect(log == [])
        let problems = try await BuiltImage.problems(in: image.path)
        #expect(problems == [])
    }

    @Test(arguments: [UInt64(8), 100, 700])
    func `an image grows into its reserved descriptor blocks and mounts`(megabytes: UInt64)
        async throws
    {
        let image = try await BuiltImage.make(
            [.folder("d", [.file("f", [1, 2, 3])])], .small.with { $0.size = megabytes << 20 })
        let reserved = try #require(try await image.header()["Reserved GDT blocks"])
        // So many groups that more descriptor blocks are needed, as far as they go.
        let target = min(image.plan.slack.maximumOnlineBytes, 30 << 30)
        try await Shell.run("resize2fs '\(image.path)' \(target >> 10)K 2>&1")
        let header = try await image.header()
        #expect(UInt64(header["Block count"] ?? "") == target / 4_096)
        // With 64 descriptors to a block: what one block holds more is one less in reserve.
        let used = (target / 4_096 + 64 * 32_768 - 1) / (64 * 32_768)
        #expect(Int(header["Reserved GDT blocks"] ?? "0") == (Int(reserved) ?? 0) - Int(used) + 1)
        #expect(header["Filesystem features"]?.contains("meta_bg") == false)
        let problems = try await BuiltImage.problems(in: image.path)
        #expect(problems == [])
        let log = try await LoopMount.with(image.path, in: folder) { mount in
            try await Shell.run("cat d/f | wc -c | grep 3; echo new > new", in: mount.point)
        }
        #expect(log == [])
    }

    @Test func `200,000 names are looked up, added to and removed`() async throws {
        let names = (0..<200_000).map { Sketch.file("entry-\($0)-with-a-longer-name-behind-it") }
        let image = try await BuiltImage.make([.folder("f", names)])
        let log = try await LoopMount.with(image.path, in: folder) { mount in
            let text = try await Shell.run(
                """
                cd f; ls -U | wc -l
                seq 0 997 199999 | sed 's/.*/entry-&-with-a-longer-name-behind-it/' | xargs ls -U | wc -l
                seq 1500 | xargs -I% echo new-% | xargs touch 2>/dev/null || true
                seq 0 7 199999 | sed 's/.*/entry-&-with-a-longer-name-behind-it/' | xargs rm
                ls -U | grep -c '^entry'
                """, in: mount.point)
            #expect(text.split(separator: "\n") == ["200000", "201", "171428"])
        }
        #expect(log == [])
        let problems = try await BuiltImage.problems(in: image.path)
        #expect(problems == [])
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}

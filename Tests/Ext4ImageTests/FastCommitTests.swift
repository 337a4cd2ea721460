import Ext4Layout
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@testable import Ext4Image

#if canImport(Glibc)
import Glibc
#endif

/// Fast commits that this machine's kernel wrote, held against what it makes of them itself.
@Suite(.enabled(if: getuid() == 0, "needs root for loop mounts"))
struct FastCommitTests {
    @Test(arguments: [
        "-b 1024", "-b 4096 -N 800", "-b 1024 -O ^metadata_csum,^64bit -I 128",
        "-b 2048 -O ^flex_bg -g 2048", "-b 1024 -O ^dir_index,uninit_bg,^metadata_csum",
    ])
    func `the view after fast commits is what the kernel makes of the image`(
        options: String
    ) async throws {
        let made = try await FastCommitImage(
            options, first: "first", FastCommitImage.everything)
        #expect(made.image.needsRecovery)
        let (view, replay) = try made.image.replayed()
        // None of it was left to a transaction, as it is where the area is too small for all.
        let log = try #require(replay.fastCommits)
        #expect(Set(log.changes.map { Self.kind($0.tag.value) }).count == 6)
        #expect(replay.leftOut == nil)
        let expected = try await made.listMounted("copy")
        let names = expected.map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
        #expect(try FastCommitImage.list(view) == names)
        try made.write(view, to: "view")
        #expect(try await made.listMounted("view") == expected)
        // Whatever e2fsck finds wrong has a line of its own.
        let check = try await Shell.attempt("e2fsck -fn view 2>&1", in: made.folder.path)
        let report = String(decoding: check.standardOutput, as: UTF8.self)
        #expect(check.status == 0 && !report.contains("? no"), "\(report)")
    }

    /// One of each, by the way they are written.
    private static let few = """
        mkdir new; echo one > new/first; save new/first
        rm base/two; mv base/three base/moved; save base/moved
        ln base/six linked; save base/six; truncate -s 100 base/long; save base/long
        """

    @Test func `the changes are told with their inodes, names and ranges`() async throws {
        let made = try await FastCommitImage("-b 1024", first: "new", Self.few)
        let journal = try #require(Journal(made.image))
        let log = try #require(JournalReplay(of: journal).fastCommits)
        #expect(log.flaw == nil)
        // debugfs 1.47.0 prints one byte too many of a name: the next tag's first.
        let text = try await Shell.run(
            """
            debugfs -R 'logdump -O' copy 2> /dev/null | sed -n '/Fast Commit/,$p' |
                LC_ALL=C sed 's/[\\x01-\\x09]"$/"/'
            """, in: made.folder.path)
        let theirs = text.split(separator: "\n").filter { line in
            !["HEAD", "TAIL", "PAD"].contains { line.contains("tag \($0)") }
                && line.hasPrefix("tag ")
        }
        #expect(log.changes.map { Self.debugfs($0.tag.value) } == theirs.map(String.init))

        let owners = OwnerMap(of: made.image)
        let block = try #require(journal.physical(journal.fastCommitArea.lowerBound)) * 1024
        #expect(
            owners.owner(ofByte: block).place
                == .journal(.fastCommit(sequence: log.sequence)))
        let last = try #require(journal.physical(journal.fastCommitArea.upperBound - 1)) * 1024
        #expect(owners.owner(ofByte: last).place == .journal(.unused))
    }

    /// A log's transaction may write another superblock, and fast commits are replayed over what it
    /// left.
    @Test func `bodies larger than the inodes that the log left are refused`() async throws {
        let made = try await FastCommitImage("-b 1024", first: "new", Self.few)
        let journal = try #require(Journal(made.image))
        let log = try #require(JournalReplay(of: journal).fastCommits)
        try await Shell.run(
            "mke2fs -qF -t ext4 -b 1024 -I 128 narrow 24M 2>&1", in: made.folder.path)
        let narrow = try Ext4Image(MappedImage(path: made.folder["narrow"]))
        var replay = FastCommitReplay(over: narrow, from: journal)
        let superblock = [UInt8](repeating: 0, count: Superblock.byteCount)
        let error = #expect(throws: FormatError.self) {
            try replay.patches(for: log, superblock: superblock)
        }
        #expect(error.map { "\($0)" }?.contains("has a body larger than an inode") == true)
    }

    @Test func `a name is found in another case where case is folded`() {
        for foldsCase in [true, false] {
            var directory = EditedDirectory(parent: 2, isNew: true, foldsCase: foldsCase)
            directory.insert(.init(name: Array("Stra\u{DF}e".utf8), inode: 12, fileType: 1))
            let other = Array("STRASSE".utf8)
            #expect(directory.inode(of: other) == (foldsCase ? 12 : nil))
            directory.remove(other)
            #expect((directory.inode(of: Array("Stra\u{DF}e".utf8)) == nil) == foldsCase)
        }
    }

    private static func kind(_ value: FastCommitTag.Value) -> Int {
        switch value {
        case .addRange: 1
        case .deleteRange: 2
        case .create: 3
        case .link: 4
        case .unlink: 5
        case .inode: 6
        case .padding, .tail, .head: 0
        }
    }

    /// A change as debugfs prints it.
    private static func debugfs(_ value: FastCommitTag.Value) -> String {
        func name(_ kind: String, _ name: FastCommitName) -> String {
            "tag \(kind), parent \(name.parent), ino \(name.inode), "
                + "name \"\(String(decoding: name.name, as: UTF8.self))\""
        }
        switch value {
        case .addRange(let inode, let extent):
            return "tag ADD_RANGE, inode \(inode), lblk \(extent.logical), "
                + "pblk \(extent.physical), len \(extent.length)"
        case .deleteRange(let inode, let logical, let length):
            let first = Int32(bitPattern: logical)
            return "tag DEL_RANGE, inode \(inode), lblk \(first), len \(length)"
        case .create(let entry): return name("CREAT_DENTRY", entry)
        case .link(let entry): return name("ADD_ENTRY", entry)
        case .unlink(let entry): return name("DEL_ENTRY", entry)
        case .inode(let number, _): return "tag INODE, inode \(number)"
        case .padding, .tail, .head: return ""
        }
    }

    /// What the kernel refuses we say, and show nothing of it; a torn end is the end.
    @Test func `a fast commit with a wrong checksum counts as it does for the kernel`() async throws
    {
        let made = try await FastCommitImage("-b 1024", first: "new", Self.few)
        let whole = try FastCommitArea(of: made.image)
        let tails = whole.tags.filter { if case .tail = $0.tag.value { true } else { false } }
        #expect(tails.count > 1)
        for (index, tail) in tails.enumerated() {
            var bent = whole
            bent[tail.place + 8] ^= 1
            let image = try Ext4Image(made.image.bytes.replacing(bent.patches))
            let (view, replay) = try image.replayed()
            #expect(replay.fastCommits?.commits == index)
            #expect((replay.leftOut != nil) == (index == 0))
            try made.write(image, to: "bent\(index)")
            if index == 0 {
                await #expect(throws: Shell.Failure.self) { try await made.listMounted("bent0") }
                #expect(try !FastCommitImage.list(view).contains { $0.hasPrefix("new/first") })
            } else {
                let names = try await made.listMounted("bent\(index)")
                    .map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
                #expect(try FastCommitImage.list(view) == names)
            }
        }
    }

    @Test func `what cannot be replayed whole is left out whole, and told`() async throws {
        let made = try await FastCommitImage("-b 1024", first: "new", Self.few)
        var area = try FastCommitArea(of: made.image)
        let range = try #require(
            area.tags.last { if case .addRange = $0.tag.value { true } else { false } })
        // Its highest bits: a block past the end.
        area[range.place + 4 + 4 + 6] = 0xFF
        area.repair()
        let image = try Ext4Image(made.image.bytes.replacing(area.patches))
        let (view, replay) = try image.replayed()
        #expect(try #require(replay.fastCommits).commits > 0)
        #expect("\(try #require(replay.leftOut))".contains("outside the file system"))
        #expect(try !FastCommitImage.list(view).contains { $0.hasPrefix("new/first") })
    }

    /// Its names would be written to all the blocks that the file was given, a hundred gigabytes of
    /// them.
    @Test func `a directory that becomes a file with blocks is left out`() async throws {
        let made = try await FastCommitImage("-b 1024", first: "new", Self.few)
        let image = made.image
        let journal = try #require(Journal(image))
        let log = try #require(JournalReplay(of: journal).fastCommits)
        let directory = try image.inode(atPath: Array("base".utf8))
        let file = try image.inode(atPath: Array("base/six".utf8))
        guard let inode = image.inode(directory) else { throw FastCommitImage.Interrupted() }
        var body = inode.slice.copy()
        body[1] = 0x81
        var writer = FastCommitWriter(sequence: log.sequence)
        writer.add(3, [directory, file], Array("added".utf8))
        writer.add(6, [directory], body)
        for piece in 0..<20 { writer.add(1, [directory, UInt32(piece) * 20000, 20000, 1000]) }
        let block = try #require(journal.physical(journal.fastCommitArea.lowerBound))
        let patch = MappedImage.Patch(offset: block * 1024, bytes: writer.finish(blockSize: 1024))
        let bent = try Ext4Image(image.bytes.replacing([patch]))
        let (_, replay) = try bent.replayed()
        // What the kernel wrote behind it counts as well.
        #expect(try #require(replay.fastCommits).changes.count >= 22)
        #expect("\(try #require(replay.leftOut))".contains("makes another kind of file"))
    }

    /// The kernel writes a fast commit for it and then refuses to mount what it wrote.
    @Test func `a file without a name that was synced is left out where the kernel refuses it`()
        async throws
    {
        let made = try await FastCommitImage(
            "-b 1024", first: "first",
            """
            echo first > first; save first; echo gone > gone; save gone
            exec 7<> gone; rm gone; echo more >&7; save /proc/self/fd/7; exec 7>&-
            """)
        let (_, replay) = try made.image.replayed()
        let isRefused: Bool
        do {
            _ = try await made.listMounted("copy")
            isRefused = false
        } catch { isRefused = true }
        #expect((replay.leftOut != nil) == isRefused)
    }

    /// Padding of no bytes, a thousand times more of it than a fast commit has.
    @Test func `an area of endless tags is given up, and told`() async throws {
        let made = try await FastCommitImage(
            "-b 1024", first: "new", Self.few)
        let journal = try #require(Journal(made.image))
        let padding = (0..<1024).map { UInt8($0 % 4 == 0 ? 7 : 0) }
        let used = try FastCommitArea(of: made.image).patches.count
        let patches = journal.fastCommitArea.dropFirst(used).compactMap { logical in
            journal.physical(logical).map {
                MappedImage.Patch(offset: $0 * 1024, bytes: padding)
            }
        }
        #expect(patches.count * 256 > FastCommitLog.tagLimit)
        let bent = try Ext4Image(made.image.bytes.replacing(patches))
        let (_, replay) = try bent.replayed()
        #expect("\(try #require(replay.leftOut))".contains("more tags than are read"))
        #expect(OwnerMap(of: bent).owners(of: 5000).count > 0)
    }

    /// Bytes of the tags at random, checksums made right again, so that what they say is believed.
    @Test(.timeLimit(.minutes(20)))
    func `no bent fast commit makes the reader trap`() async throws {
        let made = try await FastCommitImage(
            "-b 1024", first: "first", FastCommitImage.everything)
        let path = made.folder["copy"].string
        await #expect(processExitsWith: .success) { [path = path as String] in
            let image = try Ext4Image(MappedImage(path: FilePath(path)))
            let whole = try FastCommitArea(of: image)
            let tags = whole.tags
            var random = SplitMix(state: 1)
            var replayed = 0
            for round in 0..<500 {
                var area = whole
                for _ in 0...round % 4 {
                    let (place, tag) = tags[Int(random.next() % UInt64(tags.count))]
                    // Mostly the head and the first numbers, which lead elsewhere.
                    let reach = min(24, 4 + tag.valueCount)
                    let offset = Int(random.next() % UInt64(reach))
                    area[place + offset] =
                        [0, 0xFF, 1, 2, UInt8(random.next() & 0xFF)][
                            Int(random.next() % 5)]
                }
                if round % 5 != 0 { area.repair() }
                let bent = try Ext4Image(image.bytes.replacing(area.patches))
                if let journal = Journal(bent) { _ = JournalReplay(of: journal) }
                guard let (view, replay) = try? bent.replayed() else { continue }
                if replay.leftOut == nil { replayed += 1 }
                _ = try? FastCommitImage.list(view)
                _ = OwnerMap(of: view, workers: 1).owner(of: 5000)
            }
            // Bent at random, most of them still say something that can be done.
            guard replayed > 50 else { fatalError("only \(replayed) were replayed") }
        }
    }
}

/// Numbers that look random and are the same every time (splitmix64).
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

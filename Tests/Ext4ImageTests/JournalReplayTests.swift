import Ext4Image
import Ext4Layout
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct JournalReplayTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func open(_ name: String) throws -> Ext4Image {
        try Ext4Image(MappedImage(path: folder[name]))
    }

    /// The blocks in which two images differ.
    private func differingBlocks(_ left: Ext4Image, _ right: Ext4Image) -> [UInt64] {
        (0..<left.geometry.blockCount).filter { number in
            guard let one = left.block(number), let other = right.block(number) else { return true }
            return !one.hasSameBytes(as: other)
        }
    }

    /// debugfs writes transactions into the log; e2fsck replays them in a copy.
    @Test(
        arguments: ["-b 1024 -O ^64bit", "-b 4096", "-b 1024 -O ^metadata_csum"],
        ["jo", "jo -c", "jo -c -v 2"])
    func `the view after replay is what e2fsck makes of the image`(
        options: String, journal: String
    ) async throws {
        try await Shell.run(
            """
            truncate -s 24M image; mke2fs -qF -t ext4 \(options) -J size=4 image
            yes one | head -c 12288 > one; yes two | head -c 4096 > two
            printf '\\xc0\\x3b\\x39\\x98' > magic; head -c 4092 /dev/zero >> magic
            debugfs -w image > debugfs.log 2>&1 <<'END'
            \(journal)
            jw -b 3500,3501,3502 one
            jw -b 3501 two
            jw -r 3502
            jw -b 3503 magic
            jc
            END
            cp image replayed; e2fsck -fy -E journal_only replayed > e2fsck.log || [ $? -lt 4 ]
            """, in: folder.path)
        let image = try open("image")
        #expect(image.needsRecovery)
        let (view, replay) = try image.replayed()
        // debugfs writes no right checksum of the first kind for a transaction of revocations, and
        // e2fsck stops there: so do we.
        let stops = options.contains("^metadata_csum") && journal != "jo"
        #expect(replay.transactions == (stops ? 2 : 4))
        #expect((replay.flaw != nil) == stops)
        #expect(!view.needsRecovery)
        #expect(Journal(view)?.isDirty == false)

        // e2fsck stamps the superblock with the time, and has its own way to end a journal.
        let fixed = try open("replayed")
        let superblock = view.places.superblockBlock(ofGroup: 0)
        let journalBlock = try #require(Journal(view)?.physical(0))
        let differing = differingBlocks(view, fixed)
        #expect(differing.allSatisfy { $0 == superblock || $0 == journalBlock }, "\(differing)")
        #expect(differingBlocks(view, image).contains(3500))
    }

    @Test func `a block with a wrong checksum is left out and told`() async throws {
        try await Shell.run(
            """
            truncate -s 24M image; mke2fs -qF -t ext4 -b 1024 -J size=4 image
            yes one | head -c 2048 > one
            printf 'jo -c\\njw -b 9000,9001 one\\njc\\n' > commands
            debugfs -w -f commands image > debugfs.log 2>&1
            """, in: folder.path)
        let image = try open("image")
        let journal = try #require(Journal(image))
        let write = try #require(JournalReplay(of: journal).writes.first)
        let place = try #require(journal.physical(write.logical)) * 1024
        let bent = try Ext4Image(
            image.bytes.replacing([.init(offset: place + 100, bytes: [0xFF])]))
        let replay = JournalReplay(of: try #require(Journal(bent)))
        #expect(replay.writes.map(\.target) == [9001])
        #expect(replay.flaw != nil)
    }

    /// A file system that is mounted while its image is copied has what the kernel wrote.
    @Test(.enabled(if: getuid() == 0, "needs root for a loop mount"))
    func `a log that the kernel wrote replays as e2fsck replays it`() async throws {
        try await Shell.run(
            """
            truncate -s 24M image; mke2fs -qF -t ext4 -b 1024 image; mkdir mounted
            mount -o loop,commit=1 image mounted || exit 77
            for i in $(seq 300); do echo $i > mounted/file-$i; done; mkdir mounted/d; sync
            for i in $(seq 100 200); do rm mounted/file-$i; done; mv mounted/file-1 mounted/d/
            sync -f mounted; cp --sparse=always image copy; umount mounted
            cp copy replayed; e2fsck -fy -E journal_only replayed > e2fsck.log || [ $? -lt 4 ]
            """, in: folder.path)
        let image = try open("copy")
        #expect(image.needsRecovery)
        let (view, replay) = try image.replayed()
        #expect(replay.transactions > 0)
        let fixed = try open("replayed")
        let superblock = view.places.superblockBlock(ofGroup: 0)
        let journalBlock = try #require(Journal(view)?.physical(0))
        let differing = differingBlocks(view, fixed)
        #expect(differing.allSatisfy { $0 == superblock || $0 == journalBlock }, "\(differing)")
        #expect(try view.entries(ofDirectory: InodeNumber.root).count == 200)
    }
}

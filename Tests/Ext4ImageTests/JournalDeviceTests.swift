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

/// A journal on a device of its own, against what e2fsck makes of it.
@Suite(.enabled(if: getuid() == 0, "needs root for loop devices"))
struct JournalDeviceTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Leaves `copy` and `journal` of a file system that is mounted, and `other`, another journal.
    private func make(_ blockSize: Int, _ options: String = "") async throws -> Ext4Image {
        try await Shell.run(
            """
            rm -rf device other image mounted; truncate -s 8M device other; truncate -s 16M image
            mke2fs -qF -O journal_dev -b \(blockSize) device
            mke2fs -qF -O journal_dev -b \(blockSize) other
            loop=$(losetup -f --show device); trap 'losetup -d $loop' EXIT
            mke2fs -qF -t ext4 -b \(blockSize) \(options) -J device=$loop image
            mkdir mounted; mount -o loop,commit=900 image mounted
            trap 'umount mounted; losetup -d $loop' EXIT
            mkdir mounted/d; seq 200 | sed 's/^/mounted\\/d\\/file-/' | xargs touch; sync -f mounted
            rm mounted/d/file-1*; echo last > mounted/last; sync mounted/last
            # Once more where something was written meanwhile.
            for try in 1 2 3 4 5; do
                cp image copy; cp device journal
                if cmp -s image copy && cmp -s device journal; then break; fi
            done
            """, in: folder.path)
        return try Ext4Image(MappedImage(path: folder["copy"]))
    }

    @Test(arguments: [1024, 4096])
    func `the view after its replay is what e2fsck makes of both`(blockSize: Int) async throws {
        let image = try await make(blockSize)
        #expect(image.needsRecovery && image.hasJournalElsewhere)
        #expect(throws: Ext4Image.ReplayError.elsewhere) { try image.replayed() }
        let device = try MappedImage(path: folder["journal"])
        let (view, replay) = try image.replayed(from: device)
        #expect(replay.transactions > 0)
        #expect(!view.needsRecovery)
        try await Shell.run(
            """
            cp copy replayed; cp journal used
            e2fsck -fy -E journal_only -j used replayed > e2fsck.log || [ $? -lt 4 ]
            """, in: folder.path)
        let fixed = try Ext4Image(MappedImage(path: folder["replayed"]))
        let differing = (0..<view.geometry.blockCount).filter { number in
            guard let one = view.block(number), let other = fixed.block(number) else { return true }
            return !one.hasSameBytes(as: other)
        }
        // e2fsck stamps the superblock with the time.
        let superblock = view.places.superblockBlock(ofGroup: 0)
        #expect(differing.allSatisfy { $0 == superblock }, "\(differing)")
        #expect(try view.inode(atPath: Array("/last".utf8)) > 0)
    }

    /// Whoever says `sync` on this machine ends the fast commits: it is tried again then.
    @Test func `fast commits on it are replayed`() async throws {
        for _ in 0..<20 {
            let image = try await make(1024, "-O fast_commit")
            let (view, replay) = try image.replayed(from: MappedImage(path: folder["journal"]))
            #expect(replay.leftOut == nil)
            #expect(try view.inode(atPath: Array("/last".utf8)) > 0)
            if try #require(replay.fastCommits).commits > 0 { return }
        }
        Issue.record("every attempt was ended by a transaction")
    }

    @Test func `only the journal of this file system is taken`() async throws {
        let image = try await make(1024)
        let journal = try MappedImage(path: folder["journal"])
        func error(_ device: MappedImage) -> JournalDeviceError? {
            do throws(JournalDeviceError) {
                _ = try Journal(image, on: device)
                return nil
            } catch { return error }
        }
        func bent(_ offset: UInt64, _ bytes: [UInt8]) throws -> JournalDeviceError? {
            error(try journal.replacing([.init(offset: offset, bytes: bytes)]))
        }
        #expect(error(journal) == nil)
        #expect(try error(MappedImage(path: folder["other"])) == .otherJournal)
        #expect(try error(MappedImage(path: folder["copy"])) == .noJournalDevice)
        #expect(try bent(1024 + 0x38, [0]) == .noJournalDevice)
        #expect(try bent(1024 + 0x18, [1]) == .noJournal)
        #expect(try bent(2048, [0]) == .noJournal)
        #expect(try bent(2048 + 0x10, [1]) == .tooShort)
        #expect(try bent(2048 + 0x40, [0, 0, 0, 2]) == .users(2))
        #expect(try bent(2048 + 0x100, [0, 0, 0]) == .otherUser)
        try await Shell.run(
            "truncate -s 8M plain; mke2fs -qF -b 1024 -O has_journal plain", in: folder.path)
        let plain = try Ext4Image(MappedImage(path: folder["plain"]))
        #expect(throws: Ext4Image.ReplayError.device(.journalInside)) {
            try plain.replayed(from: journal)
        }
    }
}

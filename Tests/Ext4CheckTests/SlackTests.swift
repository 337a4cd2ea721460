import Ext4Check
import SystemPackage
import TestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct SlackTests {
    static let isRoot = geteuid() == 0

    /// Blocks that one large file may need for its own map of extents, besides its content: those of
    /// block numbers are counted.
    static let mapBlocks: UInt64 = 8

    @Test(
        .enabled(if: isRoot, "needs root to mount a loop device"),
        arguments: [
            ("-b 4096 -E lazy_itable_init=0", "64M"), ("-b 1024 -E lazy_itable_init=0", "48M"),
            ("-b 4096 -m 0 -O ^has_journal", "32M"),
            ("-b 1024 -O ^extents,^64bit,^flex_bg -E lazy_itable_init=0", "24M"),
            ("-b 1024 -O ^extents,^64bit,^has_journal -E lazy_itable_init=0", "90M"),
            ("-b 4096 -O none,filetype,dir_index,sparse_super,large_file", "32M"),
            ("-b 4096 -O none,has_journal,filetype,sparse_super,large_file", "64M"),
            ("-b 4096 -O bigalloc -C 16384 -E lazy_itable_init=0", "64M"),
        ])
    func `root can fill what is said to be usable`(
        _ options: String, _ size: String
    ) async throws {
        let scratch = try ScratchFolder()
        let image = try await TestImage.make(options, size: size, in: scratch)
        let slack = try #require(try TestImage.check(image).slack)
        let text = try await Shell.run(
            """
            mkdir mnt
            mount -o loop image mnt
            trap 'umount mnt' EXIT
            dd if=/dev/zero of=mnt/fill bs=\(slack.blockSize) status=none 2>/dev/null || true
            sync mnt/fill
            stat -c %s mnt/fill
            """, in: scratch.path)
        let filled = try #require(UInt64(text.trimmingSuffix { $0.isNewline }))
        let blocks = filled / UInt64(slack.blockSize)
        #expect(blocks <= slack.usableBlocks)
        let bound = slack.isBlockMapped ? 0 : Self.mapBlocks
        #expect(blocks + bound >= slack.usableBlocks, "\(blocks) of \(slack)")
    }

    @Test func `a promise that is not kept is named`() async throws {
        let scratch = try ScratchFolder()
        let image = try await TestImage.make("-b 1024", in: scratch)
        let slack = try #require(try TestImage.check(image).slack)
        let kept = SlackPromise(freeInodes: slack.freeInodes, freeSpace: slack.usableBytes)
        #expect(kept.failures(slack).isEmpty)
        let broken = SlackPromise(
            freeInodes: slack.freeInodes + 1, freeSpace: slack.usableBytes + 1)
        #expect(broken.failures(slack).count == 2)
    }

    @Test(arguments: ["-b 1024", "-b 4096", "-b 4096 -O bigalloc -C 16384"])
    func `the numbers are those of the superblock`(_ options: String) async throws {
        let scratch = try ScratchFolder()
        let image = try await TestImage.make(options, in: scratch)
        let slack = try #require(try TestImage.check(image).slack)
        let text = try await Shell.run("dumpe2fs -h image 2>/dev/null", in: scratch.path)
        func number(_ name: String) -> UInt64? {
            text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
                .flatMap { UInt64($0.dropFirst(name.count + 1).filter(\.isNumber)) }
        }
        #expect(slack.freeBlocks == number("Free blocks"))
        #expect(slack.freeInodes == number("Free inodes"))
        #expect(slack.rootReservedBlocks == number("Reserved block count"))
        let blocks = try #require(number("Block count"))
        #expect(slack.kernelReservedBlocks <= blocks / 50)
        #expect(slack.maximumOnlineBytes >= blocks * UInt64(slack.blockSize))
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}

import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Ext4Build

/// Memory for an image that lies on a tmpfs.
@Suite struct HugePagesTests {
    private static let pageSize = Int(HugePages.pageSize)
    private static let fileSize = pageSize * 7 / 2
    private static let notMade: Comment =
        "MADV_COLLAPSE of madvise(2) makes no page of a tmpfs here"

    /// A file of three and a half pages.
    private static func output() throws -> OutputFile {
        let scratch = try ScratchFolder(in: "/dev/shm")
        return try OutputFile(scratch["image"], byteCount: UInt64(fileSize))
    }

    private static func hugePages(
        of output: OutputFile, holes: [Range<UInt64>] = [],
        usualTime: Duration = HugePages.usualTime
    ) -> HugePages {
        HugePages(
            of: output.descriptor, blockCount: UInt64(Self.fileSize / 4_096), holes: holes,
            usualTime: usualTime)
    }

    /// Asks for a page until there is one: on a busy machine the kernel may not find it at once.
    ///
    /// - Returns: whether the file has more memory now.
    private static func prepare(
        _ page: UInt64, of output: OutputFile, holes: [Range<UInt64>] = []
    ) -> Bool {
        let before = output.storedBytes
        for _ in 0..<50 {
            hugePages(of: output, holes: holes)
                .prepare(page * HugePages.pageSize..<page * HugePages.pageSize + 1)
            // One block is there in any case.
            if output.storedBytes > before + 4_096 { return true }
        }
        return false
    }

    /// Not before Linux 6.1, nor where the kernel was built without them.
    private static let areMade = (try? output()).map { prepare(0, of: $0) } ?? false

    private func content(of output: OutputFile) throws -> [UInt8] {
        let buffer = PageBuffer(byteCount: Self.fileSize)
        try unsafe output.read(buffer.bytes, at: 0)
        return unsafe [UInt8](buffer.bytes)
    }

    @Test(.enabled(if: areMade, notMade))
    func `a page of the file has all its memory at once, and what it held`() throws {
        let output = try Self.output()
        var expected = [UInt8](repeating: 0, count: Self.fileSize)
        // At the start, in the middle, and across the end of the first page.
        for place in [0, 700_000, Self.pageSize - 5_000] {
            let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ place) | 1 }
            try output.write(bytes, at: UInt64(place))
            expected.replaceSubrange(place..<place + bytes.count, with: bytes)
        }
        #expect(output.storedBytes < 50_000)
        #expect(Self.prepare(0, of: output))
        // What the second page has of the bytes across the end is two blocks.
        #expect(output.storedBytes == HugePages.pageSize + 8_192)
        #expect(try content(of: output) == expected)
    }

    @Test(.enabled(if: areMade, notMade))
    func `holes stay holes`() throws {
        let output = try Self.output()
        // The last block of the first page; the fourth page is cut off by the end of the file.
        let holes: [Range<UInt64>] = [600..<600, 511..<512]
        let pages = Self.hugePages(of: output, holes: holes)
        for page in [0, 3] as [UInt64] {
            pages.prepare(page * HugePages.pageSize..<page * HugePages.pageSize + 1)
        }
        #expect(output.storedBytes == 0)
        #expect(!pages.haveSeen(0..<UInt64(Self.fileSize)))
        #expect(Self.prepare(1, of: output, holes: holes))
        #expect(output.storedBytes == HugePages.pageSize)
    }

    @Test(.enabled(if: areMade, notMade))
    func `what takes too long ends it`() throws {
        let output = try Self.output()
        // Nobody can be so fast.
        let pages = Self.hugePages(of: output, usualTime: .seconds(-1))
        pages.prepare(HugePages.pageSize - 1..<HugePages.pageSize)
        // It may have waited for something else.
        #expect(pages.areWorthwhile)
        pages.prepare(HugePages.pageSize..<HugePages.pageSize + 1)
        #expect(!pages.areWorthwhile)
        let stored = output.storedBytes
        pages.prepare(HugePages.pageSize * 2..<HugePages.pageSize * 2 + 1)
        #expect(output.storedBytes == stored)
        #expect(pages.haveSeen(0..<1))
        #expect(pages.haveSeen(HugePages.pageSize * 2 - 1..<HugePages.pageSize * 2 + 1))
        #expect(!pages.haveSeen(HugePages.pageSize * 2..<HugePages.pageSize * 2 + 1))
    }

    @Test func `what cannot be done ends it`() throws {
        let null = try FileDescriptor.open("/dev/null", .readWrite)
        defer { try? null.close() }
        let pages = HugePages(of: null, blockCount: 512, holes: [])
        #expect(pages.areWorthwhile)
        pages.prepare(0..<1)
        #expect(!pages.areWorthwhile)
    }
}

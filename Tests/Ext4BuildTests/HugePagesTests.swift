import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Ext4Build

/// Memory for an image that lies on a tmpfs.
@Suite struct HugePagesTests {
    private static let pageSize = Int(HugePages.byteCount)

    /// A file of two and a half pages.
    private func output(in folder: String = "/dev/shm") throws -> OutputFile {
        let scratch = try ScratchFolder(in: FilePath(folder))
        return try OutputFile(scratch["image"], byteCount: UInt64(Self.pageSize * 5 / 2))
    }

    private func hugePages(
        of output: OutputFile, holes: [Range<UInt64>] = []
    ) throws -> HugePages {
        try #require(
            HugePages(
                of: output.descriptor, byteCount: UInt64(Self.pageSize * 5 / 2), holes: holes))
    }

    private func content(of output: OutputFile) throws -> [UInt8] {
        let buffer = PageBuffer(byteCount: Self.pageSize * 5 / 2)
        try unsafe output.read(buffer.bytes, at: 0)
        return unsafe [UInt8](buffer.bytes)
    }

    /// Whether the kernel makes such pages here: not before Linux 6.1, nor where it was built without them.
    private static let areMade: Bool = {
        guard let scratch = try? ScratchFolder(in: "/dev/shm"),
            let output = try? OutputFile(scratch["image"], byteCount: HugePages.byteCount),
            let pages = HugePages(
                of: output.descriptor, byteCount: HugePages.byteCount, holes: [])
        else { return false }
        pages.prepare(0..<1)
        return output.storedBytes == HugePages.byteCount
    }()

    @Test(.enabled(if: areMade, "MADV_COLLAPSE of madvise(2) makes no page of a tmpfs here"))
    func `a page of the file has all its memory at once, and what it held`() throws {
        let output = try output()
        var expected = [UInt8](repeating: 0, count: Self.pageSize * 5 / 2)
        // At the start, in the middle, and across the end of the first page.
        for place in [0, 700_000, Self.pageSize - 5_000] {
            let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ place) | 1 }
            try output.write(bytes, at: UInt64(place))
            expected.replaceSubrange(place..<place + bytes.count, with: bytes)
        }
        let before = output.storedBytes
        let pages = try hugePages(of: output)
        pages.prepare(300_000..<300_001)
        #expect(before < 50_000)
        // What the second page has of the bytes across the end is two blocks.
        #expect(output.storedBytes == HugePages.byteCount + 8_192)
        #expect(try content(of: output) == expected)
    }

    @Test(.enabled(if: areMade, "MADV_COLLAPSE of madvise(2) makes no page of a tmpfs here"))
    func `holes stay holes`() throws {
        let output = try output()
        // The last block of the first page; the third page is cut off by the end of the file.
        let pages = try hugePages(of: output, holes: [511..<512])
        pages.prepare(0..<1)
        pages.prepare(HugePages.byteCount * 2..<HugePages.byteCount * 2 + 1)
        #expect(output.storedBytes == 0)
        #expect(pages.areWorthwhile)
        pages.prepare(HugePages.byteCount..<HugePages.byteCount + 1)
        #expect(output.storedBytes == HugePages.byteCount)
    }

    @Test func `where there are none, it is not tried for long`() throws {
        let output = try output(in: "/var/tmp")
        let pages = try hugePages(of: output)
        #expect(pages.areWorthwhile)
        pages.prepare(0..<1)
        #expect(!pages.areWorthwhile)
        let stored = output.storedBytes
        pages.prepare(HugePages.byteCount..<HugePages.byteCount + 1)
        #expect(output.storedBytes == stored)
        #expect(try content(of: output).allSatisfy { $0 == 0 })
    }
}

import Ext4Check
import Ext4Image
import Ext4Layout
import ImageBytes
import SystemPackage
import TestKit
import Testing

/// Inodes that share one large map cost the checker no more than a sound image does.
@Suite struct SharedMapTests {
    @Test(arguments: ["-O ^extents,^64bit", "-O extents"])
    func `many inodes of one map end the scan, at the same one with any number of threads`(
        _ options: String
    ) async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            mkdir tree; head -c 12M /dev/zero | tr '\\0' x > tree/big
            for i in $(seq 1 300); do : > tree/$i; done
            mke2fs -qF -t ext4 -b 1024 -O ^has_journal,^metadata_csum \(options) -d tree image 24M
            """, in: scratch.path)
        let path = scratch["image"]
        let file = try FileDescriptor.open(path, .readWrite)
        defer { try? file.close() }
        let image = try Ext4Image(MappedImage(path: path))
        let big = try image.inode(atPath: Array("/big".utf8))
        let map = try Self.bytes(of: big, in: image)
        for number in 1...300 {
            let small = try image.inode(atPath: Array("/\(number)".utf8))
            try file.writeAll(toAbsoluteOffset: Self.start(of: small, in: image), map)
        }
        let reports = try [1, 2, 4].map { try TestImage.check(path, jobs: $0) }
        let found = try #require(reports[0].findings.first { $0.kind == .limit })
        #expect(found.severity == .error)
        #expect(found.message.contains("truncated at "))
        // 24,576 blocks, four times, and the floor; 12,288 and more in each.
        #expect(found.place.inode.map { $0 > 90 && $0 < 130 } == true, "\(found)")
        for report in reports {
            #expect(report.findings == reports[0].findings)
            #expect(report.verdict == .invalid)
        }
    }

    private struct Missing: Error {}

    /// Where the part of an inode from its flags to the end of its map starts.
    private static func start(of number: UInt32, in image: Ext4Image) throws -> Int64 {
        guard let inode = image.inode(number) else { throw Missing() }
        return Int64(inode.slice.origin) + Int64(Inode.Fields.flags.offset)
    }

    private static func bytes(of number: UInt32, in image: Ext4Image) throws -> [UInt8] {
        guard let inode = image.inode(number) else { throw Missing() }
        let end = Inode.Fields.block.offset + Inode.Fields.block.count
        return inode.slice.copy(Inode.Fields.flags.offset..<end)
    }
}

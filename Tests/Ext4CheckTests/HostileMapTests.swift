import Ext4Check
import Ext4Image
import Ext4Layout
import ImageBytes
import SystemPackage
import TestKit
import Testing

/// Maps that cost more than any sound one: shared by many inodes, or leading to themselves.
@Suite struct HostileMapTests {
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

    @Test func `a tree of extents that leads to itself ends the lint, too`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            mkdir tree
            for i in $(seq 1 40); do
              printf z | dd of=tree/pieces bs=1 seek=$((i * 8192)) conv=notrunc status=none
            done
            mke2fs -qF -t ext4 -b 1024 -O ^has_journal,^metadata_csum -d tree image 4M
            """, in: scratch.path)
        let path = scratch["image"]
        let image = try Ext4Image(MappedImage(path: path))
        let number = try image.inode(atPath: Array("/pieces".utf8))
        guard let inode = image.inode(number) else { throw Missing() }
        let map = Inode.Fields.block.offset
        let root = ExtentNode(inode.slice.slice(map..<map + Inode.Fields.block.count))
        #expect(root.header.depth == 1)
        let block = UInt32(root.index(0).child)
        // A full node, three levels above the leaves as it says, whose every child it is itself.
        var node: [UInt8] = [0x0A, 0xF3, 84, 0, 84, 0, 3, 0, 0, 0, 0, 0]
        for entry in 0..<UInt32(84) {
            for word in [entry, block, 0] {
                node += (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
            }
        }
        let file = try FileDescriptor.open(path, .readWrite)
        defer { try? file.close() }
        try file.writeAll(toAbsoluteOffset: Int64(block) * 1024, node)
        let report = try Checker(MappedImage(path: path)).run(jobs: 2, lint: true)
        #expect(report.verdict == .invalid)
    }

    @Test func `an extent of no blocks in a node that lies on the file system's own ends nothing`()
        async throws
    {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            mkdir tree; echo x > tree/file
            mke2fs -qF -t ext4 -b 1024 -O ^has_journal,^metadata_csum -d tree image 4M
            """, in: scratch.path)
        let path = scratch["image"]
        let image = try Ext4Image(MappedImage(path: path))
        let number = try image.inode(atPath: Array("/file".utf8))
        // A block of the inode table where no inode is yet.
        let node = image.groups[0].inodeTable + 3
        func little(_ values: (UInt64, Int)...) -> [UInt8] {
            values.flatMap { value, bytes in
                (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
            }
        }
        let root = little(
            (0xF30A, 2), (1, 2), (4, 2), (1, 2), (0, 4), (0, 4), (node, 4), (0, 2), (0, 2))
        // Of no blocks, at the first block of the file; and once more in no place at all.
        let leaf = little(
            (0xF30A, 2), (2, 2), (84, 2), (0, 2), (0, 4), (0, 4), (0, 2), (0, 2), (node, 4),
            (0, 4), (0, 2), (0, 2), (0, 4))
        let file = try FileDescriptor.open(path, .readWrite)
        defer { try? file.close() }
        guard let inode = image.inode(number) else { throw Missing() }
        let map = Int64(inode.slice.origin) + Int64(Inode.Fields.block.offset)
        try file.writeAll(toAbsoluteOffset: map, root)
        try file.writeAll(toAbsoluteOffset: Int64(node) * 1024, leaf)
        let report = try Checker(MappedImage(path: path)).run(jobs: 1, lint: true)
        #expect(report.findings.contains { $0.kind == .metadataCollision }, "\(report.findings)")
        #expect(report.verdict == .invalid)
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

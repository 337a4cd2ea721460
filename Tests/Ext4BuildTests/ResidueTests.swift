import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// Rule 7 of the canonical image: every byte that carries no meaning is zero.
@Suite struct ResidueTests {
    /// A tree with every structure that can have a gap in it.
    private static let children: [Sketch] = [
        .file("empty"), .file("short", [1, 2, 3]),
        .file("holes", (0..<2_000).flatMap { [UInt8](repeating: UInt8($0 % 2), count: 4_096) }),
        .link("fast", to: "target"), .link("slow", to: String(repeating: "t", count: 60)),
        .folder("list", [.file("a"), .file("bcdef"), .folder("sub")]),
        .folder("hashed", (0..<600).map { .file("a-name-that-is-long-enough-\($0)") }),
        Sketch.file("attributes", [9]).with(attributes: [
            ("user.in", [1, 2, 3]), ("user.long", [UInt8](repeating: 5, count: 1_001)),
            ("user.none", []),
        ]),
        .device("device", .characterDevice, 0x0105), .device("fifo", .fifo, 0),
    ]

    private static let zeros = [UInt8](repeating: 0, count: 4_096)

    /// How many of the bytes are not zero.
    private func residue(_ bytes: some Collection<UInt8>) -> Int { bytes.count { $0 != 0 } }

    @Test func `free blocks, unused inodes and the boot loader's place are zeros`() async throws {
        let image = try await BuiltImage.make(Self.children, .small.with { $0.size = 40 << 20 })
        let raw = image.raw
        #expect(residue(raw.bytes(at: 0, count: 1_024)) == 0)
        #expect(residue(raw.bytes(at: 2_048, count: 2_048)) == 0)
        for group in 0..<raw.groupCount {
            for block in raw.freeBlocks(ofGroup: group) where raw.block(block) != Self.zeros {
                Issue.record("free block \(block) is not zero")
            }
        }
        let last = image.plan.lastInode
        for number in [1, 3, 4, 5, 6, 9, 10] {
            // Reserved inodes in no use have nothing but their checksum.
            var bytes = raw.inode(UInt32(number)).bytes
            for field in [124, 125, 130, 131] { bytes[field] = 0 }
            #expect(residue(bytes) == 0)
        }
        for number in (last + 1)...UInt32(raw.inodesPerGroup * raw.groupCount) {
            #expect(residue(raw.inode(number).bytes) == 0)
        }
    }

    @Test func `descriptor blocks have descriptors and pointers, and zeros behind them`()
        async throws
    {
        let image = try await BuiltImage.make(Self.children, .small.with { $0.size = 500 << 20 })
        let raw = image.raw
        let reserved = UInt64(raw.superblock().u16(0xCE))
        #expect(raw.groupCount == 4 && reserved > 0)
        #expect(residue(raw.block(1)[(raw.groupCount * 64)...]) == 0)
        for index in 0..<reserved {
            let block = raw.block(2 + index)
            // Backups in groups 1 and 3.
            #expect(UInt64(block.u32(0)) == 2 + index + 32_768)
            #expect(UInt64(block.u32(4)) == 2 + index + 3 * 32_768)
            #expect(residue(block[8...]) == 0)
            for group in [1, 3] {
                #expect(residue(raw.block(UInt64(group) * 32_768 + 2 + index)) == 0)
            }
        }
        for group in [1, 3] {
            #expect(residue(raw.block(UInt64(group) * 32_768)[1_024...]) == 0)
        }
        let resize = raw.inode(7)
        let pointers = raw.block(UInt64(resize.bytes.u32(40 + 13 * 4)))
        #expect((1...Int(reserved)).allSatisfy { pointers.u32($0 * 4) == UInt32(1 + $0) })
        #expect(residue(pointers[((Int(reserved) + 1) * 4)...]) == 0)
        #expect(pointers.u32(0) == 0)
    }

    @Test func `the journal is a superblock and zeros`() async throws {
        let image = try await BuiltImage.make(Self.children)
        let journal = image.raw.inode(8)
        let blocks = image.raw.blocks(of: journal)
        #expect(blocks.count == 1_024)
        #expect(Array(image.raw.block(blocks[0])[..<4]) == [0xC0, 0x3B, 0x39, 0x98])
        #expect(blocks.dropFirst().allSatisfy { image.raw.block($0) == Self.zeros })
    }

    @Test func `the last block of a file ends in zeros, and so does that of a link`() async throws {
        let image = try await BuiltImage.make(Self.children)
        for name in ["short", "slow"] {
            let inode = try #require(image.raw.lookUp(name))
            let blocks = image.raw.blocks(of: inode)
            #expect(blocks.count == 1)
            #expect(residue(image.raw.block(blocks[0])[Int(inode.size)...]) == 0)
            #expect(residue(image.raw.block(blocks[0])[..<Int(inode.size)]) == Int(inode.size))
        }
        let fast = try #require(image.raw.lookUp("fast"))
        #expect(Array(fast.bytes[40..<46]) == Array("target".utf8))
        #expect(residue(fast.bytes[46..<100]) == 0)
    }

    @Test func `the gaps of directories, extent trees and attributes are zeros`() async throws {
        let image = try await BuiltImage.make(Self.children)
        let raw = image.raw
        for inode in image.inodes where inode.isFolder {
            for block in raw.blocks(of: inode).dropFirst(inode.isHashed ? 1 : 0) {
                let bytes = raw.block(block)
                for entry in raw.entries(inBlock: block) where entry.inode != 0 {
                    let end = entry.offset + 8 + entry.name.count
                    #expect(residue(bytes[end..<entry.offset + entry.length]) == 0)
                }
            }
        }
        let hashed = try #require(raw.lookUp("hashed"))
        let root = raw.block(raw.blocks(of: hashed)[0])
        let end = 32 + 8 * Int(root.u16(34))
        #expect(residue(root[end..<4_092]) == 0)

        let holes = try #require(raw.lookUp("holes"))
        let nodes = raw.map(of: holes).nodes
        #expect(nodes.count == 3)
        for node in nodes {
            let bytes = raw.block(node)
            let end = 12 + 12 * Int(bytes.u16(2))
            #expect(residue(bytes[end..<4_092]) == 0)
        }
        for inode in image.inodes where inode.hasExtents {
            let end = 40 + 12 + 12 * Int(inode.bytes.u16(42))
            #expect(residue(inode.bytes[end..<100]) == 0)
        }
    }

    @Test func `nothing lies between the entries of an attribute block and their values`()
        async throws
    {
        let image = try await BuiltImage.make(Self.children)
        let inode = try #require(image.raw.lookUp("attributes"))
        let bytes = image.raw.block(inode.attributeBlock)
        // One entry for "long" behind the head of 32 bytes; 1,001 bytes padded to 1,004.
        #expect(bytes[32] == 4 && bytes.u16(34) == 4_096 - 1_004)
        #expect(residue(bytes[52..<4_096 - 1_004]) == 0)
        #expect(residue(bytes[(4_096 - 3)...]) == 0)
        #expect(residue(bytes[20..<32]) == 0)
        // The rest is in the inode: "in" and "none", and the three bytes of a value.
        #expect(inode.bytes.u32(160) == 0xEA02_0000)
        let area = Array(inode.bytes[164...])
        #expect(area[0] == 2 && area[20] == 4)
        #expect(residue(area[40..<88]) == 0)
        #expect(Array(area[88...]) == [1, 2, 3, 0])
    }
}

import Ext4Image
import Ext4Layout
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

/// Bytes found by their content, and whose they must be.
@Suite struct ByteOwnerTests {
    private let folder: ScratchFolder
    private let image: Ext4Image
    private let owners: OwnerMap

    init() async throws {
        folder = try ScratchFolder()
        try await SampleTree.makeImage("-t ext4 -b 1024", in: folder.path)
        image = try Ext4Image(MappedImage(path: folder["image"]))
        owners = OwnerMap(of: image)
    }

    private func number(_ path: String) throws -> UInt32 {
        try image.inode(atPath: Array(path.utf8))
    }

    private func blocks(_ number: UInt32) throws -> [BlockRun] {
        var runs: [BlockRun] = []
        guard let inode = image.inode(number) else { return [] }
        image.walkMap(of: inode) { event in
            if case .run(let run) = event { runs.append(run) }
            return true
        }
        return runs
    }

    @Test func `superblock fields are named in the primary and in a backup`() {
        #expect(
            owners.owner(ofByte: 1024 + 0x38)
                == ByteOwner(.superblock(group: 0), field: "s_magic", bytes: 1080..<1082))
        let backup = image.places.superblockBlock(ofGroup: 1) * 1024
        #expect(
            owners.owner(ofByte: backup + 0x68)
                == ByteOwner(
                    .superblock(group: 1), field: "s_uuid", bytes: backup + 0x68..<backup + 0x78))
        #expect(owners.owner(ofByte: 0).place == .bootArea)
    }

    @Test func `descriptors are named by their group and copy`() {
        let primary = image.places.primaryBlock(0) * 1024
        let owner = owners.owner(ofByte: primary + 64 + 12)
        #expect(owner.place == .descriptor(group: 1, copy: 0))
        #expect(owner.field == "bg_free_blocks_count")
        let copy = (image.places.superblockBlock(ofGroup: 1) + 1) * 1024
        #expect(owners.owner(ofByte: copy).place == .descriptor(group: 0, copy: 1))
        #expect(owners.owner(ofByte: primary + 1000).place == .descriptorPadding(copy: 0))
    }

    @Test func `bitmap bytes stand for eight blocks or inodes`() {
        let blocks = image.groups[0].blockBitmap * 1024
        #expect(owners.owner(ofByte: blocks + 2).place == .blockBitmap(group: 0, blocks: 17...24))
        let inodes = image.groups[0].inodeBitmap * 1024
        #expect(owners.owner(ofByte: inodes + 1).place == .inodeBitmap(group: 0, inodes: 9...16))
        let past = inodes + image.geometry.inodesPerGroup / 8
        #expect(owners.owner(ofByte: past).place == .bitmapPadding(group: 0))
    }

    @Test func `file content and what follows it are told apart`() throws {
        let number = try number("/file")
        let start = try #require(blocks(number).first).physical * 1024
        #expect(
            owners.owner(ofByte: start + 3)
                == ByteOwner(.content(inode: number, offset: 3), bytes: start..<start + 8))
        #expect(
            owners.owner(ofByte: start + 8)
                == ByteOwner(.slack(inode: number), bytes: start + 8..<start + 1024))
    }

    @Test func `names, gaps and hash trees of a directory are told apart`() throws {
        let number = try number("/many")
        let runs = try blocks(number)
        let root = try #require(runs.first).physical * 1024
        #expect(owners.owner(ofByte: root + 28).place == .hashTree(directory: number, isRoot: true))
        #expect(owners.owner(ofByte: root + 28).field == "hash_version")
        #expect(owners.owner(ofByte: root + 32).field == "limit")
        #expect(owners.owner(ofByte: root + 44).field == "[1].block")
        let entry = try #require(image.entries(ofDirectory: number).first)
        let owner = owners.owner(ofByte: entry.offset + 9)
        #expect(
            owner.place
                == .directoryEntry(directory: number, name: entry.name, inode: entry.inode))
        #expect(owner.field == "name")
        let block = entry.offset / 1024 * 1024
        #expect(owners.owner(ofByte: block + 1020).place == .directoryTail(directory: number))
        #expect(owners.owner(ofByte: block + 1020).field == "det_checksum")
    }

    @Test func `an extent node in a block is named with its entry`() throws {
        let number = try number("/pieces")
        let node = try #require(
            owners.runs.first {
                $0.first == .mapNode(inode: number, level: 0, isExtents: true)
            })
        let start = node.blocks.lowerBound * 1024
        #expect(owners.owner(ofByte: start).field == "eh_magic")
        #expect(owners.owner(ofByte: start + 12 + 12 + 4).field == "[1].ee_len")
        #expect(owners.owner(ofByte: start).place == .extentNode(inode: number, level: 0))
        #expect(owners.owner(ofByte: start + 1020).field == "et_checksum")
    }

    @Test func `the journal's blocks are named by what they are`() throws {
        let journal = try #require(Journal(image))
        let first = try #require(journal.physical(0)) * 1024
        #expect(owners.owner(ofByte: first + 30).place == .journal(.superblock))
        let second = try #require(journal.physical(9)) * 1024
        #expect(owners.owner(ofByte: second).place == .journal(.unused))
    }

    @Test func `past the file system there is nothing`() {
        let end = image.geometry.blockCount * 1024
        #expect(owners.owner(ofByte: end).place == .pastEnd)
        #expect(owners.owner(ofByte: .max - 1).place == .pastEnd)
    }
}

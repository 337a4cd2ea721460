import Ext4Image
import Ext4Layout
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

/// Reads an image in every way the reader has; a trap ends the test's process.
private func readEverything(_ bytes: MappedImage) {
    guard let image = try? Ext4Image(bytes) else { return }
    for number in 1...min(300, image.inodeNumbers.upperBound) {
        guard let inode = image.inode(number), !inode.slice.isZero else { continue }
        _ = image.checksums.isValid(inode)
        _ = try? image.xattrs(of: number)
        _ = try? image.entries(ofDirectory: number)
        _ = try? image.symlinkTarget(of: inode)
        _ = try? image.content(of: inode, limit: 10_000)
    }
    let owners = OwnerMap(of: image, workers: 1)
    _ = PathIndex(of: image, workers: 1).path(of: 100)
    for run in owners.runs.prefix(400) {
        for step in stride(from: UInt64(0), to: 1024, by: 37) {
            _ = owners.owner(ofByte: run.blocks.lowerBound &* 1024 &+ step)
        }
    }
    _ = try? image.replayed()
}

@Suite struct HostileTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func makeImage(_ options: String = "") async throws -> String {
        try await Shell.run(
            """
            mkdir -p tree/many; for i in $(seq 60); do : > tree/many/name-with-some-length-$i; done
            echo content > tree/file; ln -s file tree/link
            truncate -s 2200K image; mke2fs -qF -t ext4 -b 1024 -N 128 -J size=1 \(options) -d tree image
            e2fsck -fyD image > e2fsck.log || [ $? -eq 1 ]
            """, in: folder.path)
        return folder["image"].string
    }

    /// Found by the fuzzer: a superblock that claims 100 GiB of groups, whose descriptors are zeros, so
    /// that all of them have one table.
    @Test(.timeLimit(.minutes(20)))
    func `groups that share a table do not multiply its inodes`() async throws {
        let path: String = try await makeImage("-O 64bit")
        let image = try MappedImage(path: FilePath(path)).replacing([
            .init(offset: 1024 + 0x04, bytes: [0x34, 0x08, 0x69, 0x06]),
            .init(offset: 1024 + 0x28, bytes: [0x20, 0x80, 0x00, 0x00]),
        ])
        let opened = try Ext4Image(image)
        #expect(opened.geometry.groupCount > 10_000)
        let owners = OwnerMap(of: opened, workers: 2)
        #expect(owners.owners(of: 1).contains(.superblock(group: 0)))
        #expect(PathIndex(of: opened, workers: 2).path(of: 2) == [0x2F])
    }

    /// Found by the fuzzer: rounding the size up to whole blocks went past the largest number.
    @Test func `a directory of the largest size there is does not trap`() async throws {
        let path: String = try await makeImage()
        await #expect(processExitsWith: .success) { [path = path as String] in
            let image = try MappedImage(path: FilePath(path))
            let opened = try Ext4Image(image)
            guard let root = opened.inode(2) else { throw ExitStatus() }
            let bent = try image.replacing([
                .init(offset: root.slice.origin + 0x04, bytes: [255, 255, 255, 255]),
                .init(offset: root.slice.origin + 0x6C, bytes: [255, 255, 255, 255]),
            ])
            readEverything(bent)
        }
    }

    private struct ExitStatus: Error {}

    /// Bytes of the metadata in turn, checksums left wrong: fields, counts, offsets, lengths. The
    /// fuzzer does the same a million times over.
    @Test(arguments: [UInt8(0x00), 0x7F, 0xFF])
    func `no changed byte makes the reader trap`(value: UInt8) async throws {
        let path: String = try await makeImage()
        await #expect(processExitsWith: .success) {
            [path = path as String, value = value as UInt8] in
            let image = try MappedImage(path: FilePath(path))
            let opened = try Ext4Image(image)
            for run in OwnerMap(of: opened, workers: 1).runs {
                if case .growth = run.first { continue }
                let start = run.blocks.lowerBound * 1024
                // The superblock and the descriptors are full of fields; elsewhere they repeat.
                let stride = stride(
                    from: UInt64(0), to: 1024, by: run.blocks.lowerBound < 3 ? 5 : 61)
                for step in stride {
                    let patch = MappedImage.Patch(offset: start + step, bytes: [value])
                    readEverything(try image.replacing([patch]))
                }
            }
        }
    }

    @Test func `no cut makes the reader trap`() async throws {
        let path: String = try await makeImage()
        await #expect(processExitsWith: .success) { [path = path as String] in
            for count in stride(from: UInt64(1), to: 2_252_800, by: 30_011) {
                readEverything(try MappedImage(path: FilePath(path), window: 0..<count))
            }
        }
    }

    @Test func `an image that shrinks while it is read is reported, and does not end the process`()
        async throws
    {
        let path: String = try await makeImage()
        await #expect(processExitsWith: .success) { [path = path as String] in
            let bytes = try MappedImage(path: FilePath(path))
            let image = try Ext4Image(bytes)
            let file = try FileDescriptor.open(FilePath(path), .writeOnly)
            try file.resize(to: 5000)
            for number in image.inodeNumbers { _ = try? image.entries(ofDirectory: number) }
            readEverything(bytes)
            do {
                try bytes.checkIntact()
                fatalError("nobody noticed")
            } catch {}
        }
    }

    /// Found by fuzzing: in the root of a hash tree the entry for `..` may claim fewer bytes than
    /// an entry has, so that it ends before its own name begins.
    @Test func `an entry of a hash tree's root may end before its name`() async throws {
        let image = try await Ext4Image(MappedImage(path: FilePath(makeImage())))
        let many = try image.inode(atPath: Array("/many".utf8))
        var first: UInt64?
        guard let inode = image.inode(many) else { return }
        #expect(inode.flags.contains(.indexed))
        image.walkMap(of: inode) { event in
            guard case .run(let run) = event else { return true }
            first = run.physical
            return false
        }
        let root = try #require(first) * 1024
        let bent = try Ext4Image(image.bytes.replacing([.init(offset: root + 16, bytes: [4, 0])]))
        let owners = OwnerMap(of: bent)
        for step in 0..<24 {
            #expect(owners.owner(ofByte: root + UInt64(step)).bytes.contains(root + UInt64(step)))
        }
    }

    /// Two indirect trees whose blocks are the block itself: many more than there are, but not endless.
    @Test func `a map that leads to itself ends`() async throws {
        try await Shell.run(
            "truncate -s 2M image; mke2fs -qF -t ext2 -b 1024 -N 64 image", in: folder.path)
        let image = try Ext4Image(MappedImage(path: folder["image"]))
        guard let inode = image.inode(12) else { return }
        var bytes = [UInt8](repeating: 0, count: 128)
        bytes.replaceSubrange(0..<8, with: [0xA4, 0x81, 0, 0, 0, 0, 0, 0x40])
        bytes[26] = 1
        // i_block[13] and [14]: block 1000, of whose 256 numbers every fourth is 1000.
        bytes.replaceSubrange(40 + 52..<40 + 60, with: [0xE8, 3, 0, 0, 0xE8, 3, 0, 0])
        let loop = (0..<1024).map { $0 % 16 < 2 ? [UInt8(0xE8), 3][$0 % 16] : 0 }
        let bent = try Ext4Image(
            image.bytes.replacing([
                .init(offset: inode.slice.origin, bytes: bytes),
                .init(offset: 1_024_000, bytes: loop),
            ]))
        let owners = OwnerMap(of: bent)
        #expect(!owners.isTruncated)
        #expect(owners.runs.count < 2_000)
        guard let looping = bent.inode(12) else { return }
        var events = 0
        bent.walkMap(of: looping) { _ in
            events += 1
            return true
        }
        // 64 numbers, three levels below the inode and two: every one of them once.
        #expect(events == 64 * 64 * 64 + 64 * 64 + 64 + 1 + 64 * 64 + 64 + 1)
    }
}

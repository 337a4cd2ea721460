import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// Rules 1 to 3 of the canonical image: the format, the identity, the times.
@Suite struct IdentityTests {
    private static let features =
        "has_journal ext_attr resize_inode dir_index filetype extent 64bit flex_bg sparse_super "
        + "large_file huge_file dir_nlink extra_isize metadata_csum"

    @Test(arguments: [UInt64(8) << 20, 100 << 20, 700 << 20, 3 << 30])
    func `the format is the same whatever the size`(size: UInt64) async throws {
        let image = try await BuiltImage.make([], .small.with { $0.size = size })
        let header = try await image.header()
        #expect(header["Filesystem features"] == Self.features)
        #expect(header["Block size"] == "4096")
        #expect(header["Inode size"] == "256")
        #expect(header["Fragment size"] == "4096")
        #expect(header["Flex block group size"] == "16")
        #expect(header["Blocks per group"] == "32768")
        #expect(header["Group descriptor size"] == "64")
        #expect(header["Required extra isize"] == "32")
        #expect(header["Desired extra isize"] == "32")
        #expect(header["First inode"] == "11")
        #expect(header["Journal inode"] == "8")
        #expect(header["Checksum type"] == "crc32c")
        #expect(header["Default mount options"] == "user_xattr acl")
        #expect(header["Errors behavior"] == "Continue")
    }

    @Test func `without a journal only its feature is missing`() async throws {
        let image = try await BuiltImage.make([], .small.with { $0.journal = .none })
        let header = try await image.header()
        #expect(header["Filesystem features"] == String(Self.features.dropFirst(12)))
        #expect(header["Journal inode"] == nil)
        #expect(image.raw.inode(8).bytes.u16(0) == 0)
    }

    @Test func `the default identity is the one of nixpkgs, and nothing else is random`()
        async throws
    {
        let image = try await BuiltImage.make([.folder("a"), .file("b", [1])])
        let header = try await image.header()
        #expect(header["Filesystem UUID"] == "44444444-4444-4444-8888-888888888888")
        // uuidgen --sha1 --namespace 44444444-4444-4444-8888-888888888888 --name 'assay hash seed'
        #expect(header["Directory Hash Seed"] == "c79abee6-b6e0-5850-8e78-3b5bc5ab87ca")
        #expect(header["Default directory hash"] == "half_md4")
        #expect(header["Filesystem flags"] == "signed_directory_hash ")
        #expect(header["Filesystem OS type"] == "Linux")
        #expect(header["Filesystem volume name"] == "<none>")
        #expect(header["Last mounted on"] == "<not available>")
        #expect(header["Lifetime writes"] == nil)
        #expect(header["Mount count"] == "0")
        #expect(header["Maximum mount count"] == "-1")
        #expect(header["Filesystem state"] == "clean")
        #expect(image.inodes.map(\.generation).allSatisfy { $0 == 0 })
    }

    @Test func `a given UUID gives its own hash seed, and a given seed stays`() async throws {
        let uuid: [UInt8] = [
            0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB,
            0xCD, 0xEF,
        ]
        let derived = ImageIdentity(uuid: uuid, label: Array("sixteen letters!".utf8))
        let image = try await BuiltImage.make([], .small.with { $0.identity = derived })
        let header = try await image.header()
        #expect(header["Filesystem UUID"] == "01234567-89ab-cdef-0123-456789abcdef")
        #expect(header["Directory Hash Seed"] == "24d9ab4d-b4c5-557c-b580-5c6d23902c59")
        #expect(header["Filesystem volume name"] == "sixteen letters!")

        let seed = [UInt8](repeating: 0xA5, count: 16)
        let given = ImageIdentity(uuid: uuid, hashSeed: seed)
        let other = try await BuiltImage.make([], .small.with { $0.identity = given })
        #expect(
            try await other.header()["Directory Hash Seed"]
                == "a5a5a5a5-a5a5-a5a5-a5a5-a5a5a5a5a5a5")
    }

    private static let epochs: [Int64] = [
        0, 1, 1_700_000_000, 1 << 31 + 5, 1 << 32 + 5, ImageIdentity.latestEpoch,
    ]

    @Test(arguments: epochs)
    func `every time stamp is the epoch`(epoch: Int64) async throws {
        var old = Sketch.file("old", [1])
        old.modified = -5
        let identity = ImageIdentity(epoch: epoch)
        let image = try await BuiltImage.make(
            [old, .folder("folder", [.link("link", to: "x")])],
            .small.with { $0.identity = identity })
        let superblock = image.raw.superblock()
        let times = [(0x30, 0x274), (0x108, 0x276), (0x40, 0x277)].map {
            Int64(superblock.u32($0)) | Int64(superblock[$1]) << 32
        }
        #expect(times == [epoch, epoch, epoch])
        // Never mounted.
        #expect(superblock.u32(0x2C) == 0 && superblock[0x275] == 0)
        let used = image.inodes.filter { $0.mode != 0 }
        #expect(used.count == 2 + 1 + 4)
        for inode in used {
            #expect(inode.times.map(\.value) == [epoch, epoch, epoch, epoch])
            #expect(inode.times.allSatisfy { $0.extra < 4 })
        }
    }

    @Test func `clamping keeps what is older than the epoch, and only as modification time`()
        async throws
    {
        let epoch: Int64 = 1 << 32
        let times: [Int64] = [-(1 << 31), -1, 0, 1 << 31, epoch - 1, epoch, epoch + 1, 1 << 40]
        let children = times.enumerated().map { index, time in
            Sketch.file("\(index)").with(owner: 0, 0, mode: 0o644, modified: time)
        }
        let image = try await BuiltImage.make(
            children,
            .small.with {
                $0.identity = ImageIdentity(epoch: epoch)
                $0.timeStamps = .clamp
            })
        for (index, time) in times.enumerated() {
            let inode = try #require(image.raw.lookUp("\(index)"))
            let found = inode.times.map(\.value)
            #expect(found == [epoch, epoch, min(time, epoch), epoch])
        }
    }

    @Test func `backups say the same as the primary superblock`() async throws {
        let image = try await BuiltImage.make([], .small.with { $0.size = 1300 << 20 })
        for group in [1, 3, 5, 7, 9] {
            var backup = image.raw.superblock(ofGroup: group)
            var primary = image.raw.superblock()
            #expect(backup.u16(0x5A) == UInt16(group))
            #expect(backup.u16(0x3A) == 0 && primary.u16(0x3A) == 1)
            for field in [0x3A, 0x3B, 0x5A, 0x5B, 0x3FC, 0x3FD, 0x3FE, 0x3FF] {
                backup[field] = 0
                primary[field] = 0
            }
            #expect(backup == primary)
            let start = UInt64(group) * 32_768
            #expect(image.raw.block(start + 1) == image.raw.block(1))
        }
    }
}

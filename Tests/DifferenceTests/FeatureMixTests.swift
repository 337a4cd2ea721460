import Difference
import Ext4Image
import Golden
import HostSystem
import ImageBytes
import TestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Images of other kinds than ours, and what the kernel and tools write to them: all is explained.
struct FeatureMixTests {
    static let mixes = [
        "-t ext2", "-t ext3", "-t ext4 -b 1024", "-t ext4 -O inline_data", "-t ext4 -I 128",
        "-t ext4 -O bigalloc -C 16384", "-t ext4 -O meta_bg,^resize_inode",
        "-t ext4 -O ^metadata_csum,uninit_bg", "-t ext4 -O metadata_csum_seed",
        "-t ext4 -O orphan_file", "-t ext4 -O quota", "-t ext4 -O mmp",
    ]

    private static func make(_ mix: String) -> String {
        """
        image() { rm -f $1; mke2fs -q -F \(mix) -d tree $1 24M > /dev/null 2>&1; }
        image a.img
        """
    }

    @Test(arguments: mixes)
    func `two images of one tree differ by what mke2fs makes up`(mix: String) async throws {
        let difference = try await ImagePair("\(Self.make(mix))\nimage b.img").difference(
            ignoring: [.timestamp])
        #expect(
            difference.primaryCauses == [.uuid, .hashSeed], "\(difference.summary)")
        #expect(difference.unexplainedBlocks == 0)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"), arguments: mixes)
    func `what the kernel wrote is explained`(mix: String) async throws {
        let pair = try await ImagePair(
            """
            \(Self.make(mix))
            cp a.img b.img
            mkdir at
            # Some kernels are without quota.
            mount -o loop b.img at 2> /dev/null || exit 0
            trap 'umount at' EXIT
            rm at/many/*1*
            mv at/etc/hostname at/renamed
            seq 1 50000 > at/bin/ls
            for i in $(seq 1 30); do echo x > at/new$i; done
            ln at/renamed at/again
            setfattr -n user.a -v $(printf 'x%.0s' {1..300}) at/renamed || true
            chmod 700 at/etc
            truncate -s 3000 at/bin/cat
            """)
        let difference = try pair.difference()
        #expect(difference.unexplainedBlocks == 0, "\(difference.summary)")
        guard !difference.isIdentical else { return }
        #expect(
            Set(difference.primaryCauses).isSuperset(of: [
                .added, .removed, .content, .mode, .mounted,
            ]), "\(difference.summary)")
    }

    /// Numbers from a fixed seed, so that a failure can be looked at again.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
    }

    @Test func `bent images are compared without a trap`() async throws {
        let pair = try await ImagePair("")
        let file = pair.folder["a.img"]
        let image = try ImageSource(path: file).open()
        var dice = Dice(state: 5)
        var compared = 0
        for _ in 0..<60 {
            let patches = (0..<1 + dice.roll(20)).map { _ in
                MappedImage.Patch(
                    offset: UInt64(dice.roll(60 * 4096)),
                    bytes: dice.roll(2) == 0
                        ? [255, 255, 255, 255] : [UInt8(dice.roll(256)), UInt8(dice.roll(16))])
            }
            // The bytes that are compared are the file's, so the bent ones are written to one.
            try await Shell.run("cp a.img b.img", in: pair.folder.path)
            let script = patches.map { patch in
                let bytes = patch.bytes.map { "\\\($0 >> 6)\($0 >> 3 & 7)\($0 & 7)" }.joined()
                return "printf '\(bytes)' | dd of=b.img bs=1 seek=\(patch.offset) conv=notrunc"
            }.joined(separator: " status=none\n")
            try await Shell.run(script + " status=none", in: pair.folder.path)
            guard let bent = try? pair.open("b.img") else { continue }
            compared += 1
            let engine = DifferenceEngine(workers: 1)
            let there = try engine.compare(Ext4Image(image), bent)
            let back = try engine.compare(bent, Ext4Image(image))
            #expect(there.differingBlocks == back.differingBlocks)
        }
        #expect(compared > 30)
    }
}

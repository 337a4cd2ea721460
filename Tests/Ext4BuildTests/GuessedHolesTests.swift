import Golden
import SourceTree
import SystemPackage
import TestKit
import Testing

@testable import Ext4Build

/// Files are copied before anybody has looked for blocks of zeros in them.
@Suite struct GuessedHolesTests {
    /// 600 files of three blocks; those named have a block of zeros in the middle.
    private func tree(in scratch: ScratchFolder, zeros: [Int]) async throws -> FilePath {
        let list = zeros.map { "\($0)" }.joined(separator: " ")
        try await Shell.run(
            """
            mkdir tree; cd tree
            head -c 12000 /dev/urandom > ../data; head -c 4096 /dev/zero > ../zeros
            for i in {1000..1599}; do cp ../data file-$i; done
            for i in \(list); do dd if=../zeros of=file-$i bs=4096 seek=1 conv=notrunc status=none; done
            """, in: scratch.path)
        return scratch["tree"]
    }

    /// Files of about 5 MB, which are copied in several pieces; those named have a block of zeros near
    /// their end.
    private func largeTree(
        in scratch: ScratchFolder, zeros: [Int], count: Int = 12
    ) async throws -> FilePath {
        let list = zeros.map { "\($0)" }.joined(separator: " ")
        try await Shell.run(
            """
            mkdir tree; cd tree
            head -c 5000001 /dev/urandom > ../data; head -c 4096 /dev/zero > ../zeros
            for i in {1000..\(999 + count)}; do cp ../data file-$i; done
            for i in \(list); do dd if=../zeros of=file-$i bs=4096 seek=1200 conv=notrunc status=none; done
            """, in: scratch.path)
        return scratch["tree"]
    }

    private func build(
        _ root: FilePath, to image: FilePath, digest: Bool, jobs: Int = 2
    ) async throws -> BuildResult {
        var sources = SourceList()
        sources.root = root
        var request = BuildRequest(output: image)
        request.digest = digest
        request.jobs = jobs
        let builder = ImageBuilder()
        let assembly = try await builder.assemble(sources, jobs: jobs)
        return try builder.build(assembly, ImageOptions(), request)
    }

    @Test(arguments: [[], [1000], [1599], [1200, 1201, 1400]])
    func `a guess that was wrong leaves no trace`(zeros: [Int]) async throws {
        let scratch = try ScratchFolder()
        let root = try await tree(in: scratch, zeros: zeros)
        var sources = SourceList()
        sources.root = root
        let planner = ImageBuilder()
        // The plan alone scans every file: nothing is guessed.
        let plan = try planner.plan(
            try await planner.assemble(sources, jobs: 1), ImageOptions(), jobs: 1)
        let first = try await build(root, to: scratch["first.img"], digest: false, jobs: 1)
        let second = try await build(root, to: scratch["second.img"], digest: false, jobs: 4)
        let hashed = try await build(root, to: scratch["hashed.img"], digest: true)
        for result in [first, second, hashed] {
            #expect(result.plan.slack == plan.slack)
            #expect(result.plan.usage == plan.usage)
            #expect(result.plan.usage.data == UInt64(1_800 - zeros.count))
        }
        try await Shell.run(
            "cmp first.img second.img; cmp first.img hashed.img; e2fsck -fn first.img",
            in: scratch.path)
        let sum = try await Shell.run("sha256sum < hashed.img", in: scratch.path)
        #expect(hashed.sha256?.hex == String(sum.prefix(64)))
    }

    @Test(arguments: [[], [1000], [1011], [1004, 1009]])
    func `a guess about large files is as good`(zeros: [Int]) async throws {
        let scratch = try ScratchFolder()
        let root = try await largeTree(in: scratch, zeros: zeros)
        let first = try await build(root, to: scratch["first.img"], digest: false, jobs: 1)
        _ = try await build(root, to: scratch["second.img"], digest: false, jobs: 3)
        _ = try await build(root, to: scratch["hashed.img"], digest: true)
        #expect(first.plan.usage.data == UInt64(12 * 1_221 - zeros.count))
        try await Shell.run(
            """
            cmp first.img second.img; cmp first.img hashed.img; e2fsck -fn first.img
            for i in {1000..1011}; do debugfs -R "cat /file-$i" first.img 2> log | cmp - tree/file-$i; done
            """, in: scratch.path)
    }

    /// So large that an image on a tmpfs gets its memory in pages of 2 MiB.
    @Test(
        .enabled("/dev/shm has less than 200 MB free") {
            let room = try await Shell.run("df --output=avail -B1M /dev/shm | tail -n 1")
            return Int(room.filter(\.isNumber)).map { $0 >= 200 } ?? false
        }, arguments: [[], [1007, 1018]])
    func `an image in memory is the one on a disk`(zeros: [Int]) async throws {
        let scratch = try ScratchFolder()
        let memory = try ScratchFolder(in: "/dev/shm")
        let root = try await largeTree(in: scratch, zeros: zeros, count: 20)
        let onDisk = try await build(root, to: scratch["disk.img"], digest: true)
        let image = memory["memory.img"]
        for digest in [false, true] {
            let built = try await build(root, to: image, digest: digest)
            #expect(built.sha256 == (digest ? onDisk.sha256 : nil))
            try await Shell.run("cmp disk.img \(image); rm \(image)", in: scratch.path)
        }
        let output = try OutputFile(image, byteCount: 0)
        #expect(HugePages(onDisk.plan, output) != nil)
    }

    @Test func `a size that only holes make enough is enough`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            "mkdir tree; for i in {1000..1999}; do head -c 60000 /dev/zero > tree/$i; done",
            in: scratch.path)
        var sources = SourceList()
        sources.root = scratch["tree"]
        var options = ImageOptions()
        options.size = 48 << 20
        options.freeBytes = 1 << 20
        let builder = ImageBuilder()
        let assembly = try await builder.assemble(sources, jobs: 2)
        let result = try builder.build(
            assembly, options, BuildRequest(output: scratch["small.img"]))
        #expect(result.plan.usage.data == 0)
        #expect(result.plan.byteCount == 48 << 20)
    }
}

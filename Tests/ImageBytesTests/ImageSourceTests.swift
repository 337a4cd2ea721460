import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@Suite struct ImageSourceTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// 12 MiB with text at both ends and a hole between.
    private func makeImage() async throws -> [UInt8] {
        try await Shell.run(
            """
            { seq 400000; head -c 9000000 /dev/zero; seq 100000; } | head -c 12000000 > image
            """, in: folder.path)
        let image = try MappedImage(path: folder["image"])
        return image.slice.copy()
    }

    /// What opening throws.
    private func failure(of source: ImageSource) -> ImageSourceError? {
        do throws(ImageSourceError) {
            _ = try source.open()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            "zstd -q image -o image.zst", "zstd -q -T2 --no-content-size image -o image.zst",
            "zstd -q < image > image.zst",
            "split -b 1000000 image part. && zstd -q --rm part.* && cat part.*.zst > image.zst",
            "split -b 5000 image part. -a 4 && zstd -q --rm part.* && cat part.*.zst > image.zst",
            """
            split -b 1000000 image part. && zstd -q --rm part.*
            { printf '\\x5e\\x2a\\x4d\\x18\\x03\\x00\\x00\\x00abc'; cat part.*.zst; } > image.zst
            """,
        ], [1, 2, 8])
    func `a compressed image expands to what it was`(command: String, workers: Int) async throws {
        let original = try await makeImage()
        try await Shell.run(command, in: folder.path)
        let source = ImageSource(path: folder["image.zst"], workers: workers)
        let opened = try source.open()
        #expect(opened.slice.copy() == original)
    }

    @Test(arguments: [false, true])
    func `an image that expands past the limit is refused`(saysItsSize: Bool) async throws {
        _ = try await makeImage()
        let size = saysItsSize ? "" : "--no-content-size"
        try await Shell.run("zstd -q \(size) image -o image.zst", in: folder.path)
        let limit: UInt64 = 11_999_999
        let source = ImageSource(path: folder["image.zst"], expansionLimit: limit)
        #expect(failure(of: source) == .expandsPast(limit: limit))
    }

    @Test(arguments: [5, 1000, 100_000])
    func `a cut compressed image is an error, never a short image`(cut: Int) async throws {
        _ = try await makeImage()
        try await Shell.run(
            "zstd -q image; truncate -s -\(cut) image.zst", in: folder.path)
        guard case .compression = failure(of: ImageSource(path: folder["image.zst"])) else {
            Issue.record("a broken file was expanded")
            return
        }
    }

    @Test func `a bent compressed image is an error`() async throws {
        _ = try await makeImage()
        try await Shell.run(
            "zstd -q image; printf 'XXXX' | dd of=image.zst bs=1 seek=5000 conv=notrunc status=none",
            in: folder.path)
        guard case .compression = failure(of: ImageSource(path: folder["image.zst"])) else {
            Issue.record("a broken file was expanded")
            return
        }
    }

    @Test(arguments: ["dos", "gpt"])
    func `partitions are found by the number the kernel gives them`(label: String) async throws {
        try await Shell.run(
            """
            truncate -s 64M disk
            if [ \(label) = dos ]; then
                printf '%s\\n' 'label: dos' 'size=8M, type=c' 'size=40M, type=5' 'size=4M' \\
                    'size=16M' 'size=8M' > layout
                printf '%s\\n' 'label: dos' '1 : start=2048, size=16384, type=c' \\
                    '2 : start=20480, size=81920, type=5' '5 : start=22528, size=32768' \\
                    '6 : start=57344, size=16384' > layout
            else
                printf '%s\\n' 'label: gpt' '1 : start=2048, size=16384' \\
                    '6 : start=57344, size=16384' > layout
            fi
            sfdisk -q disk < layout
            printf marker | dd of=disk bs=512 seek=57344 conv=notrunc status=none
            """, in: folder.path)
        let opened = try ImageSource(path: folder["disk"], part: .partition(6)).open()
        #expect(opened.slice.copy(0..<6) == Array("marker".utf8))
        #expect(opened.count == 16384 * 512)
        #expect(opened.fileOffset == 57344 * 512)

        let present = label == "dos" ? [1, 2, 5, 6] : [1, 6]
        let absent = ImageSource(path: folder["disk"], part: .partition(7))
        #expect(failure(of: absent) == .noPartition(7, present: present))
    }

    @Test func `logical partitions that run in a circle end`() async throws {
        // An extended partition at sector 1 whose record leads back to itself by sector 2.
        var disk = [UInt8](repeating: 0, count: 4096)
        func entry(_ sector: Int, _ index: Int, type: UInt8, start: UInt8) {
            let base = sector * 512 + 446 + index * 16
            disk[base + 4] = type
            disk[base + 8] = start
            disk[base + 12] = 1
            disk[sector * 512 + 510] = 0x55
            disk[sector * 512 + 511] = 0xAA
        }
        entry(0, 0, type: 5, start: 1)
        entry(1, 0, type: 0x83, start: 1)
        entry(1, 1, type: 5, start: 1)
        entry(2, 0, type: 0x83, start: 1)
        entry(2, 1, type: 5, start: 0)
        // `start: 0` leads back to the first record.
        let bytes = disk
        let table = try PartitionTable(of: ImageSlice(bytes.rawSpan))
        #expect(table.logicalFlaw != nil)
        #expect(table.partitions.map(\.number) == [1])
    }

    @Test func `a chain of logical partitions that cannot be read leaves the primary ones`()
        async throws
    {
        try await Shell.run(
            """
            truncate -s 16M disk
            printf '%s\\n' 'label: dos' '1 : start=2048, size=2048' \\
                '2 : start=6144, size=16384, type=5' '5 : start=8192, size=2048' | sfdisk -q disk
            printf marker | dd of=disk bs=512 seek=2048 conv=notrunc status=none
            dd if=/dev/zero of=disk bs=512 seek=6144 count=1 conv=notrunc status=none
            """, in: folder.path)
        let opened = try ImageSource(path: folder["disk"], part: .partition(1)).open()
        #expect(opened.slice.copy(0..<6) == Array("marker".utf8))
        guard case .format = failure(of: ImageSource(path: folder["disk"], part: .partition(5)))
        else {
            Issue.record("nothing is said of the chain")
            return
        }
        let absent = ImageSource(path: folder["disk"], part: .partition(3))
        #expect(failure(of: absent) == .noPartition(3, present: [1, 2]))
    }

    @Test func `the copy of a GUID partition table is read where the first was wiped`()
        async throws
    {
        try await Shell.run(
            """
            truncate -s 8M disk
            printf '%s\\n' 'label: gpt' '1 : start=2048, size=2048' | sfdisk -q disk
            printf marker | dd of=disk bs=512 seek=2048 conv=notrunc status=none
            dd if=/dev/zero of=disk bs=512 seek=1 count=33 conv=notrunc status=none
            """, in: folder.path)
        let opened = try ImageSource(path: folder["disk"], part: .partition(1)).open()
        #expect(opened.slice.copy(0..<6) == Array("marker".utf8))
        #expect(opened.count == 2048 * 512)
    }

    @Test func `a bent GUID partition table is reported where it is`() async throws {
        try await Shell.run(
            """
            truncate -s 8M disk
            printf '%s\\n' 'label: gpt' '1 : start=2048, size=2048' | sfdisk -q disk
            printf X | dd of=disk bs=1 seek=1100 conv=notrunc status=none
            """, in: folder.path)
        let source = ImageSource(path: folder["disk"], part: .partition(1))
        guard case .format(let flaw) = failure(of: source) else {
            Issue.record("the table was taken as it is")
            return
        }
        #expect(flaw.offset == 512 + 88)
    }

    @Test func `an offset past the end is refused`() async throws {
        try await Shell.run("printf 12345678 > disk", in: folder.path)
        let opened = try ImageSource(path: folder["disk"], part: .offset(3)).open()
        #expect(opened.slice.copy() == Array("45678".utf8))
        let past = ImageSource(path: folder["disk"], part: .offset(8))
        #expect(failure(of: past) == .offsetPastEnd(offset: 8, count: 8))
    }

    @Test func `replaced bytes are seen and the file stays as it is`() async throws {
        let path = folder["image"]
        try await Shell.run("printf abcdefgh > image", in: folder.path)
        let image = try MappedImage(path: path, window: 1..<8)
        let view = try image.replacing([
            .init(offset: 2, bytes: Array("XY".utf8)), .init(offset: 6, bytes: Array("ZZ".utf8)),
        ])
        #expect(view.slice.copy() == Array("bcXYfgh".utf8))
        #expect(image.slice.copy() == Array("bcdefgh".utf8))
        #expect(try await Shell.run("cat image", in: folder.path) == "abcdefgh")
    }
}

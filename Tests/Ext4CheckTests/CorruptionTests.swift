import Ext4Check
import Ext4Image
import ImageBytes
import SystemPackage
import TestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite(.serialized) struct CorruptionTests {
    /// How many changes are tried of each image; `ASSAY_CORRUPTIONS` asks for more.
    static let count = getenv("ASSAY_CORRUPTIONS").flatMap { Int(String(cString: $0)) } ?? 60

    static let mixes = [
        "-b 1024 -O quota,mmp,orphan_file -J size=1",
        "-b 4096 -O ea_inode -I 512 -O inline_data",
        "-O none,filetype,dir_index,ext_attr,resize_inode,sparse_super,large_file -b 1024 -j",
        "-O bigalloc -b 1024 -C 4096 -J size=1",
        "-O ^metadata_csum,uninit_bg,^flex_bg -b 1024 -J size=1",
        "-O meta_bg,^resize_inode,metadata_csum_seed -b 1024 -J size=1",
        "-O quota,project,large_dir,verity -b 2048 -I 1024 -J size=2",
        "-O sparse_super2,^resize_inode,encrypt -b 1024 -I 128 -J size=1",
        "-O ^has_journal,casefold -b 65536",
    ]

    @Test(arguments: mixes)
    func `a change of one field gets the verdict of e2fsck`(_ options: String) async throws {
        let scratch = try ScratchFolder()
        let path = try await TestImage.make(options, in: scratch)
        let mapped = try MappedImage(path: path)
        let original = mapped.slice.copy()
        let image = try Ext4Image(mapped)
        let all = Corrupter(image).corruptions
        let repair = ChecksumRepair(image: image)
        let work = scratch["work"]
        try await Shell.run("cp --sparse=always '\(path)' '\(work)'")
        let step = max(1, all.count / Self.count)
        for index in stride(from: step / 2, to: all.count, by: step) {
            let corruption = all[index]
            var bytes = original
            bytes.replaceSubrange(
                corruption.offset..<corruption.offset + corruption.bytes.count,
                with: corruption.bytes)
            repair.run(corruption.repair, &bytes)
            let blocks = Self.changedBlocks(original, bytes)
            try Self.write(blocks, of: bytes, to: work)
            let opinion = try await Fsck.opinion(work)
            let report = try TestImage.check(work)
            #expect(
                opinion.isClean == (report.verdict == .clean),
                "\(corruption): e2fsck says \(opinion.problem ?? "nothing"), we say \(report.verdict) \(report.findings.filter { $0.severity == .error }.prefix(2))"
            )
            try Self.write(blocks, of: original, to: work)
        }
    }

    /// The parts of 4 KiB that differ. By memcmp: in a debug build, comparing arrays takes minutes.
    private static func changedBlocks(_ old: [UInt8], _ new: [UInt8]) -> [Range<Int>] {
        old.withUnsafeBytes { old in
            new.withUnsafeBytes { new in
                guard let left = old.baseAddress, let right = new.baseAddress else { return [] }
                return stride(from: 0, to: old.count, by: 4096).compactMap { start in
                    let range = start..<min(start + 4096, old.count)
                    return memcmp(left + start, right + start, range.count) == 0 ? nil : range
                }
            }
        }
    }

    private static func write(
        _ ranges: [Range<Int>], of bytes: [UInt8], to path: FilePath
    ) throws {
        let file = try FileDescriptor.open(path, .writeOnly)
        defer { try? file.close() }
        for range in ranges {
            try file.writeAll(toAbsoluteOffset: Int64(range.lowerBound), bytes[range])
        }
    }
}

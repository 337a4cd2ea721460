import Ext4Check
import TestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What the checker says it did not judge.
@Suite struct UncheckedTests {
    private static let isRoot = geteuid() == 0

    @Test(.enabled(if: isRoot, "needs root to mount a loop device"), arguments: [true, false])
    func `fast commits in a journal that waits for recovery are not judged`(
        _ hasFastCommits: Bool
    ) async throws {
        let scratch = try ScratchFolder()
        let feature = hasFastCommits ? "fast_commit" : "^fast_commit"
        // The image as it is while it is mounted, like after a loss of power.
        try await Shell.run(
            """
            mke2fs -qF -t ext4 -O \(feature) image 16M
            mkdir mnt; mount -o loop image mnt
            trap 'umount mnt' EXIT
            for i in 1 2 3; do echo $i > mnt/file$i; sync mnt/file$i; done
            cp image copy
            """, in: scratch.path)
        let report = try TestImage.check(scratch["copy"])
        #expect(report.findings.contains { $0.kind == .needsRecovery })
        let notes = report.findings.filter { $0.kind == .unchecked }
        #expect(notes.count == (hasFastCommits ? 1 : 0), "\(report.findings.prefix(3))")
        #expect(notes.allSatisfy { $0.severity == .note && $0.place.inode == 8 })
    }
}

import SystemPackage
import TestKit
import Testing

@testable import SourceTree

/// Folders are listed on several threads where there are many.
@Suite struct FolderSurveyTests {
    /// 300 folders below 40, names of one file in several of them, and one folder that is too long to
    /// be listed apart, or to be looked at in one go.
    private static let maker = """
        for i in {1..40}; do
            mkdir -p tree/$i/{a..g}/deep; echo $i > tree/$i/file; ln -s "../$i" tree/$i/link
            ln -f tree/1/file tree/$i/a/shared; ln tree/$i/file tree/$i/g/deep/own
        done
        mkdir tree/7/a/long; (cd tree/7/a/long && seq 1 9000 | xargs touch; mkdir 8d; ln -s 1 8l)
        chmod 750 tree/7/a/long/8d
        mkfifo tree/9/pipe; touch -h -d @86400 tree/*/link
        """

    private func survey(_ path: FilePath, jobs: Int) throws -> SourceTree {
        try FolderSurvey.tree(of: path, addsLostAndFound: true, jobs: jobs)
    }

    @Test func `a tree has one form, whatever the number of threads`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(Self.maker, in: scratch.path)
        let alone = try survey(scratch["tree"], jobs: 1)
        let found = try await Shell.run("find tree | wc -l", in: scratch.path)
        // Beside what find sees, lost+found.
        #expect(found == "\(alone.nodes.count - 1)\n")
        #expect(alone.line(at: "/7/link")?.hasSuffix("-> ../7") == true)
        #expect(alone.line(at: "/7/a/long/8d")?.contains("750") == true)
        #expect(alone.nodes.count { $0.linkGroup > 0 } == 40 + 1 + 39 + 40)
        #expect(alone.linkGroupCount == 40)
        for jobs in [2, 3, 8] {
            let together = try survey(scratch["tree"], jobs: jobs)
            // Not only the listing: the numbers of nodes and link groups too.
            #expect(together.nodes.map(\.parent) == alone.nodes.map(\.parent))
            #expect(together.listing == alone.listing)
            for (one, other) in zip(alone.nodes.indices, together.nodes.indices) {
                #expect(alone.hostPath(of: one) == together.hostPath(of: other))
            }
        }
    }
}
